//! How one order moves from its receipt to its money: the true story, before any export loses or doubles a row.
//!
//! It must not know about files. The rates that are planted stand in `planted.rs`; those that merely make the log
//! look like work stand here, in thousandths.

use crate::calendar::{Moment, WorkingHours, date_from_days, local, midnight, summer_time, weekday};
use crate::company::{Activity, Channel, Order, Role, Segment, Staff, System};
use crate::planted::{
    AS_OF, CONFIRM_WITHIN_HOURS, DRIFT_DAY, FIRST_DAY, GO_LIVE, LAST_DAY, LATE_WAIT_FACTOR, MISSING_DATA_RATES, OUTAGE,
    PREPAYMENT_RATE, Quotas, SAME_SECOND_RATE, SHIPPING_AFTER,
};
use crate::random::{Random, Spread};

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// One step that was taken.
#[derive(Clone, Copy)]
pub struct Event {
    pub activity: Activity,
    pub start: Moment,
    pub end: Moment,
    /// Number of the person, see [`Staff::person`].
    pub resource: u16,
    pub system: System,
    pub automated: bool,
    /// Why, for the steps that have a reason; 0 for none, else an index into [`reasons`] plus 1.
    pub reason: u8,
}

/// The reasons that people give for a step.
pub const fn reasons(activity: Activity) -> &'static [&'static str] {
    match activity {
        Activity::AskMissingData => &["VAT number", "Delivery address", "Purchase order number"],
        Activity::RejectOrder => &["Margin too low", "Credit limit reached", "Discount not agreed"],
        Activity::ChangeOrder => &["Quantity", "Price", "Delivery date"],
        Activity::CorrectInvoice => &["Wrong price", "Wrong address", "Wrong VAT rate"],
        Activity::RegisterComplaint => &["Damaged goods", "Wrong goods", "Goods missing"],
        Activity::CancelOrder => &["Customer changed mind", "No credit", "Too expensive"],
        _ => &[],
    }
}

/// What really happened to an order.
pub struct Story {
    /// The steps by the moment of their end; equal moments in the order of the work.
    pub events: Vec<Event>,
    /// Whether an order that needed an approval was confirmed without one.
    pub approval_skipped: bool,
}

/// The hours of those who work, by role.
pub struct Hours {
    office: WorkingHours,
    warehouse: WorkingHours,
    management: WorkingHours,
}

impl Hours {
    /// The hours that this company keeps.
    pub fn new() -> Self {
        let hours = |open, close| WorkingHours::new(open, close, FIRST_DAY, LAST_DAY);
        Self { office: hours(510, 1_050), warehouse: hours(420, 930), management: hours(540, 1_110) }
    }

    fn of(&self, role: Role) -> &WorkingHours {
        match role {
            Role::Warehouse => &self.warehouse,
            Role::Management => &self.management,
            _ => &self.office,
        }
    }
}

/// Everything that stays the same from one order to the next.
pub struct World {
    pub seed: u64,
    pub hours: Hours,
    pub staff: Staff,
}

impl World {
    /// Tells the story of an order.
    pub fn tell(&self, order: &Order, quotas: &mut Quotas) -> Story {
        let random = Random::new(self.seed, order.index * 2 + 1);
        let mut teller = Teller {
            world: self,
            order,
            random,
            now: order.arrival,
            events: Vec::with_capacity(16),
            hands: [None; 8],
            approval_skipped: false,
        };
        let open = teller.take_order() && teller.decide(quotas);
        if open {
            teller.deliver();
            teller.collect_money(quotas);
        }
        let Teller { mut events, approval_skipped, .. } = teller;
        // A stable sort: steps that end in the same second stay in the order of the work.
        events.sort_by_key(|event| event.end);
        Story { events, approval_skipped }
    }
}

struct Teller<'a> {
    world: &'a World,
    order: &'a Order,
    random: Random,
    /// When the last step ended and the next can be waited for.
    now: Moment,
    events: Vec<Event>,
    /// Who of each role has had this order in hand.
    hands: [Option<u16>; 8],
    approval_skipped: bool,
}

impl Teller<'_> {
    /// Receipt, entry, missing data and credit. False when the order ends here.
    fn take_order(&mut self) -> bool {
        match self.order.channel {
            Channel::WebShop => self.program(Activity::ReceiveOrder, System::Crm, 0),
            Channel::Email => self.person_in(Activity::ReceiveOrder, System::Mail, 25 * MINUTE),
            Channel::Phone | Channel::SalesRep => self.person(Activity::ReceiveOrder, 3 * MINUTE),
        }
        self.person(Activity::EnterOrder, 70 * MINUTE);
        let drifted = local(self.order.arrival).0 >= DRIFT_DAY;
        let mut rate = MISSING_DATA_RATES[usize::from(drifted)];
        while self.is_in_time() && self.random.chance(rate) {
            self.person(Activity::AskMissingData, 20 * MINUTE);
            self.outside(20 * HOUR, Spread::Heavy);
            self.person(Activity::ReceiveMissingData, 10 * MINUTE);
            self.person(Activity::EnterOrder, 30 * MINUTE);
            rate = 80;
        }
        if self.random.chance(850) {
            let delay = self.random.below(180) as i64 + 5;
            self.program(Activity::CheckCredit, System::Erp, delay);
        } else {
            self.person(Activity::CheckCredit, 55 * MINUTE);
        }
        if self.random.chance(190) {
            self.person(Activity::ReviewCredit, 2 * HOUR);
            if self.random.chance(PREPAYMENT_RATE) {
                self.person(Activity::AskPrepayment, 30 * MINUTE);
                if self.random.chance(90) {
                    return self.cancel(5 * DAY);
                }
                self.outside(3 * DAY, Spread::Heavy);
                self.bank(Activity::ReceivePrepayment);
            }
        }
        !self.random.chance(22) || self.cancel(DAY)
    }

    /// Approval and confirmation. False when the order ends here.
    fn decide(&mut self, quotas: &mut Quotas) -> bool {
        if self.order.needs_approval() {
            if quotas.skips_approval() {
                self.approval_skipped = true;
                // Half of them at least asked.
                if self.random.chance(500) {
                    self.person(Activity::AskApproval, 20 * MINUTE);
                }
            } else if !self.approve(quotas) {
                return false;
            }
        }
        match self.confirmation_across_the_clock_change() {
            Some(end) => self.record(Activity::ConfirmOrder, System::Mail, end - 4 * MINUTE, 4 * MINUTE),
            None => self.person(Activity::ConfirmOrder, 75 * MINUTE),
        }
        if self.random.chance(70) {
            self.outside(16 * HOUR, Spread::Heavy);
            self.person(Activity::ChangeOrder, 20 * MINUTE);
            self.person(Activity::ConfirmOrder, 75 * MINUTE);
        }
        !self.random.chance(18) || self.cancel(2 * DAY)
    }

    /// Asks until somebody approves. False when the order was rejected for good.
    fn approve(&mut self, quotas: &mut Quotas) -> bool {
        let enterer = self.hands[Role::OrderDesk as usize];
        while self.is_in_time() {
            self.person(Activity::AskApproval, 20 * MINUTE);
            let decided = self.wait(Role::Management, 5 * HOUR);
            // Every two days somebody asks again, until the decision falls.
            while self.is_in_time() && decided - self.now > 2 * DAY {
                self.now += 2 * DAY;
                self.person(Activity::ChaseApproval, 30 * MINUTE);
            }
            self.now = self.now.max(decided);
            if self.random.chance(65) {
                self.person(Activity::RejectOrder, 0);
                if self.random.chance(350) {
                    return self.cancel(DAY);
                }
                self.person(Activity::ChangeOrder, 2 * HOUR);
                continue;
            }
            match enterer.filter(|_| quotas.approves_own_order()) {
                Some(resource) => self.work(Activity::ApproveOrder, System::Chat, 0, resource),
                None => self.person(Activity::ApproveOrder, 0),
            }
            return true;
        }
        false
    }

    /// Shipping and invoicing, which run side by side, and what goes wrong with them.
    fn deliver(&mut self) {
        let confirmed = self.now;
        if self.random.chance(110) {
            self.person(Activity::OrderFromSupplier, 2 * HOUR);
            self.outside(60 * HOUR, Spread::Narrow);
        }
        let invoice_first = self.random.chance(280);
        let factor = if self.order.is_late_combination() { LATE_WAIT_FACTOR as i64 } else { 1 };
        self.person(Activity::ShipGoods, 8 * HOUR * factor);
        let shipped = self.now;
        let posted_by_hand = self.random.chance(100);
        if invoice_first {
            // Some time between confirmation and the end of shipping.
            let span = (shipped - confirmed).max(1) as u64;
            self.now = confirmed + self.random.below(span) as i64;
            self.program(Activity::SendInvoice, System::Erp, 0);
        } else if posted_by_hand {
            self.person(Activity::SendInvoice, 3 * HOUR);
        } else if self.random.chance(SAME_SECOND_RATE) {
            self.push(Activity::SendInvoice, System::Erp, shipped, shipped, None);
        } else {
            let delay = self.random.around(900, Spread::Heavy) as i64;
            self.program(Activity::SendInvoice, System::Erp, delay);
        }
        self.now = self.now.max(shipped);
        if self.random.chance(75) {
            self.outside(2 * DAY, Spread::Heavy);
            self.person(Activity::CorrectInvoice, 3 * HOUR);
            self.program(Activity::SendInvoice, System::Erp, 90);
        }
        if self.random.chance(45) {
            self.outside(3 * DAY, Spread::Heavy);
            self.person(Activity::RegisterComplaint, HOUR);
            self.person(Activity::IssueCreditNote, 8 * HOUR);
        }
    }

    /// Payment with its reminders, and the reconciliation in the shared spreadsheet.
    fn collect_money(&mut self, quotas: &mut Quotas) {
        let terms = [45, 30, 14][self.order.segment as usize] * DAY;
        let invoiced = self.now;
        let paid = invoiced + self.random.around(terms as u64 * 9 / 10, Spread::Narrow) as i64;
        let mut reminder = invoiced + terms + 6 * DAY;
        while self.is_in_time() && paid > reminder {
            self.now = reminder;
            self.person(Activity::SendReminder, HOUR);
            reminder = self.now + 16 * DAY;
        }
        self.now = self.now.max(paid);
        self.bank(Activity::ReceivePayment);
        let staff = &self.world.staff;
        let resource = if quotas.others_reconcile() {
            staff.other_than_first(Role::Finance, &mut self.random)
        } else {
            staff.first(Role::Finance)
        };
        self.work(Activity::ReconcilePayment, System::Spreadsheet, 9 * HOUR, resource);
    }

    /// Whether the next step may still be in the log. The calendars end some time after the extraction, so that no loop
    /// may wait for a moment beyond it.
    fn is_in_time(&self) -> bool {
        self.now <= AS_OF
    }

    /// The order is given up after a while. Always false: nothing follows.
    fn cancel(&mut self, after: i64) -> bool {
        self.outside(after, Spread::Heavy);
        self.person(Activity::CancelOrder, HOUR);
        false
    }

    /// Waits for somebody outside the company.
    fn outside(&mut self, median: i64, spread: Spread) {
        self.now += self.random.around(median as u64, spread) as i64;
    }

    /// A step by somebody of the role whose work it is, after a wait with this median, in seconds of working time.
    fn person(&mut self, activity: Activity, wait: i64) {
        self.person_in(activity, activity.work().0, wait);
    }

    fn person_in(&mut self, activity: Activity, system: System, wait: i64) {
        let (_, role, _) = activity.work();
        let known = self.hands[role as usize].filter(|_| self.random.chance(700));
        let resource = known.unwrap_or_else(|| self.world.staff.anybody(role, &mut self.random));
        self.hands[role as usize] = Some(resource);
        self.work(activity, system, wait, resource);
    }

    /// A step by this person.
    fn work(&mut self, activity: Activity, system: System, wait: i64, resource: u16) {
        let role = self.world.staff.person(resource).role;
        let median = activity.work().2;
        let mut duration = self.random.around(median, Spread::Narrow).min(4 * HOUR as u64);
        let ready = if wait > 0 { self.wait(role, wait) } else { self.now };
        let hours = self.world.hours.of(role);
        let begin = hours.slot(ready, duration as i64);
        if activity == Activity::ShipGoods && begin >= GO_LIVE {
            duration = duration * SHIPPING_AFTER / 1_000;
        }
        let (begin, end) = outside_outage(system, begin, begin + duration as i64, &mut self.random);
        self.push(activity, system, begin, end, Some(resource));
    }

    /// A step at exactly this time, by somebody of the role whose work it is.
    fn record(&mut self, activity: Activity, system: System, start: Moment, duration: i64) {
        let (_, role, _) = activity.work();
        let resource = self.world.staff.anybody(role, &mut self.random);
        self.push(activity, system, start, start + duration, Some(resource));
    }

    /// A step by a program, after so many seconds, by day or night.
    fn program(&mut self, activity: Activity, system: System, delay: i64) {
        let begin = self.now + delay;
        let end = begin + self.random.below(5) as i64;
        let (begin, end) = outside_outage(system, begin, end, &mut self.random);
        self.push(activity, system, begin, end, None);
    }

    /// A payment, which the ERP system takes from the bank's file on the morning of a working day.
    fn bank(&mut self, activity: Activity) {
        let hours = &self.world.hours.warehouse;
        let (day, _) = local(self.now);
        // The file of a day is read the next morning at seven, when the warehouse opens.
        let begin = hours.after(midnight(day + 1), 0) + self.random.below(1_500) as i64;
        let (begin, end) = outside_outage(System::Erp, begin, begin, &mut self.random);
        self.push(activity, System::Erp, begin, end, None);
    }

    /// When a piece of work comes to the top of a role's pile.
    fn wait(&mut self, role: Role, median: i64) -> Moment {
        let (day, _) = local(self.now);
        let (_, month, date) = date_from_days(day);
        let mut load = 100;
        // Mondays begin with the weekend's orders, in August half the people are away, and the year's end is busy.
        load += if weekday(day) == 0 { 25 } else { 0 };
        load += [0, 0, 0, 0, 0, 0, 10, 60, 0, 0, 25, 35][month as usize - 1];
        load += if date >= 28 && matches!(role, Role::Finance | Role::Billing) { 40 } else { 0 };
        let seconds = self.random.around(median as u64 * load / 100, Spread::Heavy) as i64;
        self.world.hours.of(role).after(self.now, seconds)
    }

    /// The end of a confirmation that is in time by true seconds and late by the clock on the wall, or the other way
    /// round, for small customers whose order came in on the last working days before the clocks change.
    fn confirmation_across_the_clock_change(&mut self) -> Option<Moment> {
        let received = self.events.first()?.end;
        let (day, second) = local(received);
        let (year, month, _) = date_from_days(day);
        let (begin, end) = summer_time(year);
        let change = if month < 7 { begin } else { end };
        let crosses = (DAY..4 * DAY).contains(&(change - received));
        if self.order.segment != Segment::Small || !crosses || !(10 * HOUR..16 * HOUR).contains(&second) {
            return None;
        }
        let minutes = 10 + self.random.below(40) as i64;
        // In spring the true time is an hour shorter than the wall's, in autumn an hour longer.
        let off = if month < 7 { -minutes } else { minutes } * MINUTE;
        let target = received + CONFIRM_WITHIN_HOURS[self.order.segment as usize] * HOUR + off;
        let in_office = self.world.hours.office.after(target, 0) == target;
        (in_office && target - self.now > 10 * MINUTE).then_some(target)
    }

    fn push(&mut self, activity: Activity, system: System, start: Moment, end: Moment, person: Option<u16>) {
        let resource = person.unwrap_or_else(|| self.world.staff.program(system));
        let known = reasons(activity).len() as u64;
        let reason = if known > 0 { self.random.below(known) as u8 + 1 } else { 0 };
        self.events.push(Event { activity, start, end, resource, system, automated: person.is_none(), reason });
        self.now = end;
    }
}

/// Moves what touches the outage to a while after it: work is tried again when the system is back.
fn outside_outage(system: System, start: Moment, end: Moment, random: &mut Random) -> (Moment, Moment) {
    let (down, up) = OUTAGE;
    if system != System::Erp || end < down || start >= up {
        return (start, end);
    }
    let later = up + random.below(5_400) as i64;
    (later, later + (end - start))
}
