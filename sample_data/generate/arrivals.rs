//! When orders come in: by hour, weekday and season, one after the other in time.
//!
//! It must not know what an order holds.

use crate::calendar::{Moment, date_from_days, is_working_day, local, midnight, weekday};
use crate::planted::{AS_OF, FIRST_DAY};
use crate::random::Random;

const HOUR: i64 = 3_600;
/// Orders by hour of a working day.
const WORKING_DAY: [u64; 24] = [2, 1, 1, 1, 1, 2, 4, 10, 40, 78, 96, 92, 80, 58, 44, 62, 74, 60, 34, 20, 14, 12, 8, 4];
/// Orders by hour of a weekend or holiday.
const DAY_OFF: [u64; 24] = [2, 1, 1, 1, 1, 1, 2, 3, 5, 7, 9, 9, 9, 8, 7, 8, 9, 9, 9, 9, 10, 9, 6, 3];
/// Orders by weekday and by month, in hundredths.
const WEEK: [u64; 7] = [118, 106, 100, 98, 84, 90, 110];
const SEASON: [u64; 12] = [86, 94, 104, 98, 100, 104, 92, 58, 106, 110, 130, 118];

/// The moments at which a number of orders come in.
pub struct Arrivals {
    seed: u64,
    count: u64,
    begin: Moment,
    /// Sum of the weights before each hour since `begin`.
    before: Vec<u64>,
}

impl Arrivals {
    /// So many orders over the whole time that the log covers.
    pub fn new(seed: u64, count: u64) -> Self {
        let begin = midnight(FIRST_DAY);
        let mut total = 0;
        let mut before = Vec::new();
        for hour in 0..(AS_OF - begin) / HOUR {
            before.push(total);
            total += intensity(seed, begin + hour * HOUR);
        }
        before.push(total);
        Self { seed, count, begin, before }
    }

    /// When order `index` comes in. Orders are numbered by time.
    pub fn moment(&self, index: u64) -> Moment {
        let total = self.before[self.before.len() - 1];
        let fraction = Random::new(self.seed ^ 0xa55a, index).bits() >> 32;
        let position = (u128::from(index) << 32) + u128::from(fraction);
        // Thousandths of a weight, so that the place within the hour is fine enough.
        let target = (position * u128::from(total) * 1_000_000 / u128::from(self.count)) >> 32;
        let whole = (target / 1_000_000) as u64;
        let hour = self.before.partition_point(|before| *before <= whole).clamp(1, self.before.len() - 1) - 1;
        let weight = u128::from(self.before[hour + 1] - self.before[hour]).max(1);
        let within = target - u128::from(self.before[hour]) * 1_000_000;
        let seconds = (within * HOUR as u128 / (weight * 1_000_000)) as i64;
        self.begin + hour as i64 * HOUR + seconds.min(HOUR - 1)
    }
}

/// The weight of the hour that begins at this moment.
fn intensity(seed: u64, moment: Moment) -> u64 {
    let (day, second) = local(moment);
    let (_, month, _) = date_from_days(day);
    let hours = if is_working_day(day) { &WORKING_DAY } else { &DAY_OFF };
    // Some days are just busier than others.
    let mood = 82 + Random::new(seed ^ 0x5ead, day as u64).below(37);
    hours[(second / HOUR) as usize] * WEEK[weekday(day)] * SEASON[month as usize - 1] * mood / 10_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_come_one_after_the_other_inside_the_log() {
        for count in [1, 12, 5_000, 400_000] {
            let arrivals = Arrivals::new(9, count);
            let mut last = midnight(FIRST_DAY);
            for index in 0..count {
                let moment = arrivals.moment(index);
                assert!(last <= moment && moment < AS_OF, "order {index} of {count}");
                last = moment;
            }
        }
    }

    #[test]
    fn mondays_are_busier_than_fridays_and_august_is_quiet() {
        let arrivals = Arrivals::new(9, 20_000);
        let mut by_weekday = [0; 7];
        let mut by_month = [0; 13];
        for index in 0..20_000 {
            let (day, _) = local(arrivals.moment(index));
            by_weekday[weekday(day)] += 1;
            by_month[date_from_days(day).1 as usize] += 1;
        }
        assert!(by_weekday[0] * 10 > by_weekday[4] * 12 && by_weekday[5] * 4 < by_weekday[0], "{by_weekday:?}");
        assert!(by_month[8] * 10 < by_month[7] * 7 && by_month[11] > by_month[10], "{by_month:?}");
    }
}
