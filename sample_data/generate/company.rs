//! The company: its activities, systems, roles, people and customers.
//!
//! It must not know how an order moves; that is `journey.rs`.

use crate::calendar::{Moment, is_working_day, local};
use crate::planted::{APPROVAL_ABOVE_CENTS, APPROVAL_ABOVE_DISCOUNT, MIX_SHIFT_DAY, SEGMENT_WEIGHTS};
use crate::random::{Random, Spread};

/// An enumeration whose values have names in the log.
macro_rules! named {
    ($(#[$meta:meta])* $kind:ident { $($value:ident = $name:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $kind { $($value),+ }

        impl $kind {
            /// All values, in the order of their definition.
            pub const ALL: &[Self] = &[$(Self::$value),+];

            /// The name that stands in the log.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$value => $name),+ }
            }
        }
    };
}

named! {
    /// The steps of the way from an order to its money.
    Activity {
        ReceiveOrder = "Receive order",
        EnterOrder = "Enter order",
        AskMissingData = "Ask for missing data",
        ReceiveMissingData = "Receive missing data",
        CheckCredit = "Check credit",
        ReviewCredit = "Review credit by hand",
        AskPrepayment = "Ask for prepayment",
        ReceivePrepayment = "Receive prepayment",
        AskApproval = "Ask for approval",
        ChaseApproval = "Chase approval",
        ApproveOrder = "Approve order",
        RejectOrder = "Reject order",
        ChangeOrder = "Change order",
        ConfirmOrder = "Confirm order",
        OrderFromSupplier = "Order from supplier",
        ShipGoods = "Ship goods",
        SendInvoice = "Send invoice",
        CorrectInvoice = "Correct invoice",
        SendReminder = "Send reminder",
        ReceivePayment = "Receive payment",
        ReconcilePayment = "Reconcile payment",
        RegisterComplaint = "Register complaint",
        IssueCreditNote = "Issue credit note",
        CancelOrder = "Cancel order",
    }
}

/// The old name of [`Activity::ConfirmOrder`], which a few mails still carry.
pub const CONFIRM_SYNONYM: &str = "Order confirmation sent";

named! {
    /// The systems in which the steps leave their traces.
    System { Crm = "CRM", Mail = "Mail", Spreadsheet = "Spreadsheet", Chat = "Chat", Erp = "ERP" }
}

named! {
    /// The roles of those who do the work.
    Role {
        Sales = "Sales",
        OrderDesk = "Order desk",
        CreditControl = "Credit control",
        Management = "Management",
        Warehouse = "Warehouse",
        Billing = "Billing",
        Finance = "Finance",
        Automation = "Automation",
    }
}

named! {
    /// Kinds of customers.
    Segment { KeyAccount = "Key account", Business = "Business", Small = "Small" }
}

named! {
    /// Where the goods go.
    Region { North = "North", South = "South", East = "East", West = "West", Islands = "Islands" }
}

named! {
    /// How the order came in.
    Channel { WebShop = "Web shop", Email = "Email", Phone = "Phone", SalesRep = "Sales representative" }
}

/// What the happy path looks like: no rework, no exception, one order of the two parallel steps.
pub const HAPPY_PATH: [Activity; 8] = [
    Activity::ReceiveOrder,
    Activity::EnterOrder,
    Activity::CheckCredit,
    Activity::ConfirmOrder,
    Activity::ShipGoods,
    Activity::SendInvoice,
    Activity::ReceivePayment,
    Activity::ReconcilePayment,
];

impl Activity {
    /// Where the step happens, whose work it is, and the median of its duration in seconds.
    pub const fn work(self) -> (System, Role, u64) {
        match self {
            Self::ReceiveOrder => (System::Crm, Role::Sales, 240),
            Self::EnterOrder => (System::Erp, Role::OrderDesk, 540),
            Self::AskMissingData => (System::Mail, Role::OrderDesk, 300),
            Self::ReceiveMissingData => (System::Mail, Role::OrderDesk, 240),
            Self::CheckCredit => (System::Erp, Role::CreditControl, 720),
            Self::ReviewCredit => (System::Spreadsheet, Role::CreditControl, 2_100),
            Self::AskPrepayment => (System::Mail, Role::CreditControl, 360),
            Self::ReceivePrepayment | Self::ReceivePayment => (System::Erp, Role::Automation, 4),
            Self::AskApproval | Self::ChaseApproval => (System::Chat, Role::OrderDesk, 150),
            Self::ApproveOrder | Self::RejectOrder => (System::Chat, Role::Management, 360),
            Self::ChangeOrder => (System::Crm, Role::Sales, 600),
            Self::ConfirmOrder => (System::Mail, Role::OrderDesk, 300),
            Self::OrderFromSupplier => (System::Erp, Role::Warehouse, 900),
            Self::ShipGoods => (System::Erp, Role::Warehouse, 3_000),
            Self::SendInvoice => (System::Erp, Role::Billing, 480),
            Self::CorrectInvoice => (System::Erp, Role::Billing, 1_080),
            Self::SendReminder => (System::Mail, Role::Billing, 300),
            Self::ReconcilePayment => (System::Spreadsheet, Role::Finance, 840),
            Self::RegisterComplaint => (System::Crm, Role::Sales, 900),
            Self::IssueCreditNote => (System::Erp, Role::Billing, 720),
            Self::CancelOrder => (System::Crm, Role::Sales, 420),
        }
    }
}

/// An order as it came in. All of it follows from the seed and the number of the case.
#[derive(Clone, Copy)]
pub struct Order {
    /// Number of the case, from 0, in the order of arrival.
    pub index: u64,
    pub arrival: Moment,
    pub segment: Segment,
    pub region: Region,
    pub channel: Channel,
    /// The full amount of the order in cents of a euro.
    pub amount_cents: u64,
    /// Whole percent.
    pub discount: u64,
}

impl Order {
    /// The order that came in as number `index` at this moment.
    pub fn new(seed: u64, index: u64, arrival: Moment) -> Self {
        let mut random = Random::new(seed, index * 2);
        let (day, second) = local(arrival);
        let segment = random.weighted(&SEGMENT_WEIGHTS[usize::from(day >= MIX_SHIFT_DAY)]);
        let office = is_working_day(day) && (8 * 3_600..18 * 3_600).contains(&second);
        let channel = random.weighted(if office { &[30, 28, 24, 18] } else { &[72, 28, 0, 0] });
        let region = random.weighted(&[26, 22, 24, 20, 8]);
        let amount_cents = random.around([900_000, 300_000, 90_000][segment], Spread::Heavy).max(1_990);
        let discount = [0, 5, 10, 15, 20, 25][random.weighted(&[50, 20, 15, 8, 5, 2])];
        Self {
            index,
            arrival,
            segment: Segment::ALL[segment],
            region: Region::ALL[region],
            channel: Channel::ALL[channel],
            amount_cents,
            discount,
        }
    }

    /// The rule that the company never wrote down.
    pub fn needs_approval(&self) -> bool {
        self.amount_cents > APPROVAL_ABOVE_CENTS || self.discount > APPROVAL_ABOVE_DISCOUNT
    }

    /// Where and how the orders come in that are shipped late.
    pub fn is_late_combination(&self) -> bool {
        self.region == Region::South && self.channel == Channel::Phone
    }
}

/// Everybody who works here, people first, then the programs that work by themselves.
pub struct Staff {
    people: Vec<Person>,
    /// Where each role's people begin, and how many they are, in the order of [`Role::ALL`].
    teams: Vec<(usize, usize)>,
}

/// A person or a program.
pub struct Person {
    pub name: String,
    pub role: Role,
}

const FIRST_NAMES: [&str; 20] = [
    "Ana", "Luis", "Marta", "Jorge", "Elena", "Pablo", "Nuria", "Diego", "Laura", "Sergio", "Clara", "Hugo", "Irene",
    "Raquel", "Tomas", "Silvia", "Andres", "Julia", "Oscar", "Paula",
];
const LAST_NAMES: [&str; 25] = [
    "Ruiz", "Vidal", "Campos", "Soler", "Pastor", "Molina", "Reyes", "Bravo", "Santos", "Ibarra", "Lozano", "Prieto",
    "Salas", "Mora", "Cano", "Peral", "Roldan", "Serra", "Tovar", "Quiroga", "Ferrer", "Galan", "Nieto", "Otero",
    "Luna",
];
/// Head counts of a team of 40 and of 200, by role.
const SMALL_TEAM: [usize; 8] = [9, 9, 4, 4, 6, 3, 3, 2];
const LARGE_TEAM: [usize; 8] = [50, 50, 16, 20, 38, 16, 8, 2];

impl Staff {
    /// Forty people, or two hundred when the log is large.
    pub fn new(large: bool) -> Self {
        let mut people = Vec::new();
        let mut teams = Vec::new();
        for (role, count) in Role::ALL.iter().zip(if large { LARGE_TEAM } else { SMALL_TEAM }) {
            teams.push((people.len(), count));
            for _ in 0..count {
                let index = people.len();
                let (first, last) = (FIRST_NAMES[index % 20], LAST_NAMES[(index * 3 + index / 20) % 25]);
                people.push(Person { name: format!("{first} {last}"), role: *role });
            }
        }
        for (person, name) in people.iter_mut().rev().zip(["erp-batch", "web-shop"]) {
            person.name = name.to_owned();
        }
        Self { people, teams }
    }

    /// The person with this number.
    pub fn person(&self, number: u16) -> &Person {
        &self.people[usize::from(number)]
    }

    /// Somebody of the team; the first in the list are asked more often than the last.
    pub fn anybody(&self, role: Role, random: &mut Random) -> u16 {
        let (begin, count) = self.teams[role as usize];
        let (one, other) = (random.below(count as u64), random.below(count as u64));
        (begin + one.min(other) as usize) as u16
    }

    /// The first of the team.
    pub fn first(&self, role: Role) -> u16 {
        self.teams[role as usize].0 as u16
    }

    /// Somebody of the team, but not its first.
    pub fn other_than_first(&self, role: Role, random: &mut Random) -> u16 {
        let (begin, count) = self.teams[role as usize];
        (begin + 1 + random.below(count as u64 - 1) as usize) as u16
    }

    /// The program that does a system's work by itself.
    pub fn program(&self, system: System) -> u16 {
        let last = self.people.len() as u16 - 1;
        if system == System::Erp { last } else { last - 1 }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique() {
        for (large, expected) in [(false, 40), (true, 200)] {
            let staff = Staff::new(large);
            let names: BTreeSet<&str> = staff.people.iter().map(|person| person.name.as_str()).collect();
            assert_eq!((staff.people.len(), names.len()), (expected, expected));
        }
        let labels: BTreeSet<&str> = Activity::ALL.iter().map(|activity| activity.name()).collect();
        assert_eq!(labels.len() + 1, 25);
    }

    #[test]
    fn the_people_of_a_team_have_its_role() {
        let staff = Staff::new(false);
        let mut random = Random::new(1, 1);
        for role in Role::ALL {
            for _ in 0..100 {
                assert_eq!(staff.person(staff.anybody(*role, &mut random)).role, *role);
                assert_eq!(staff.person(staff.other_than_first(*role, &mut random)).role, *role);
            }
        }
        assert_eq!(staff.person(staff.program(System::Erp)).name, "erp-batch");
        assert_eq!(staff.person(staff.program(System::Crm)).name, "web-shop");
    }

    #[test]
    fn about_a_fifth_of_the_orders_needs_an_approval() {
        let needing = (0..10_000).filter(|index| Order::new(1, *index, 1_730_000_000).needs_approval()).count();
        assert!((1_700..3_000).contains(&needing), "{needing}");
    }
}
