//! Public holidays of countries and regions, by the rules that their laws state: fixed days, days counted from Easter, the
//! n-th Monday of a month. What a government or a region sets anew each year is not among them; such days are listed in the
//! calendar itself. Rules are those in force; where one began or ended after 1999, the year is given.

mod list;
mod rule;

use super::CalendarError;
use chrono::NaiveDate;
use list::COUNTRIES;
use rule::{Rule, of_year};

/// A country.
struct Country {
    code: &'static str,
    /// Days of the whole country.
    rules: &'static [Rule],
    regions: &'static [Region],
}

/// A region of a country.
struct Region {
    code: &'static str,
    /// Its days besides those of the country.
    rules: &'static [Rule],
}

/// The holidays of a year in order; a day that is moved from the first of January may lie in the year before.
///
/// # Errors
/// A country or region that is not known, with those that are.
pub fn holidays_of(country: &str, region: Option<&str>, year: i32) -> Result<Vec<NaiveDate>, CalendarError> {
    let found = COUNTRIES.iter().find(|own| own.code.eq_ignore_ascii_case(country));
    let found = found
        .ok_or_else(|| CalendarError::Country { country: country.to_owned(), known: known_countries().join(", ") })?;
    let regional = match region {
        None => &[],
        Some(region) => {
            let own = found.regions.iter().find(|own| own.code.eq_ignore_ascii_case(region));
            let known: Vec<&str> = found.regions.iter().map(|own| own.code).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            let unknown = || CalendarError::Region { country: found.code.to_owned(), region: region.to_owned(), known };
            own.ok_or_else(unknown)?.rules
        }
    };
    Ok(of_year(found.rules.iter().chain(regional), year))
}

/// The codes of the countries whose holidays are known, in alphabetical order.
pub fn known_countries() -> Vec<&'static str> {
    COUNTRIES.iter().map(|country| country.code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(country: &str, region: Option<&str>, year: i32) -> Vec<String> {
        let days = holidays_of(country, region, year).unwrap();
        days.into_iter().map(|day| day.format("%m-%d").to_string()).collect()
    }

    /// Days as the official gazettes and government pages of the countries list them.
    #[test]
    fn holidays_are_those_that_were_published() {
        let check = |country: &str, region: &str, year: i32, expected: &str| {
            let region = Some(region).filter(|region| !region.is_empty());
            assert_eq!(days(country, region, year).join(" "), expected, "{country} {region:?} {year}");
        };
        check("ES", "", 2025, "01-01 01-06 04-18 05-01 08-15 10-12 11-01 12-06 12-08 12-25");
        check("es", "ct", 2025, "01-01 01-06 04-18 04-21 05-01 06-24 08-15 09-11 10-12 11-01 12-06 12-08 12-25 12-26");
        check("DE", "", 2024, "01-01 03-29 04-01 05-01 05-09 05-20 10-03 12-25 12-26");
        check("DE", "SN", 2024, "01-01 03-29 04-01 05-01 05-09 05-20 10-03 10-31 11-20 12-25 12-26");
        check("DE", "NW", 2017, "01-01 04-14 04-17 05-01 05-25 06-05 06-15 10-03 10-31 11-01 12-25 12-26");
        check("FR", "", 2025, "01-01 04-21 05-01 05-08 05-29 06-09 07-14 08-15 11-01 11-11 12-25");
        check("IT", "", 2025, "01-01 01-06 04-20 04-21 04-25 05-01 06-02 08-15 11-01 12-08 12-25 12-26");
        check("PT", "", 2025, "01-01 04-18 04-20 04-25 05-01 06-10 06-19 08-15 10-05 11-01 12-01 12-08 12-25");
        check("PT", "", 2014, "01-01 04-18 04-20 04-25 05-01 06-10 08-15 12-08 12-25");
        // A jubilee and a funeral; New Year's and Christmas Day fell on a weekend.
        check("GB", "ENG", 2022, "01-01 01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-25 12-26 12-27");
        check("GB", "SCT", 2022, "01-01 01-02 01-03 01-04 04-15 05-02 06-02 06-03 08-01 09-19 11-30 12-25 12-26 12-27");
        check("GB", "ENG", 2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-26 12-28");
        check("US", "", 2021, "01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 12-25");
        check("MX", "", 2024, "01-01 02-05 03-18 05-01 09-16 10-01 11-18 12-25");
        check("AT", "", 2026, "01-01 01-06 04-06 05-01 05-14 05-25 06-04 08-15 10-26 11-01 12-08 12-25 12-26");
        check("BE", "", 2026, "01-01 04-06 05-01 05-14 05-25 07-21 08-15 11-01 11-11 12-25");
        check("PL", "", 2025, "01-01 01-06 04-20 04-21 05-01 05-03 06-08 06-19 08-15 11-01 11-11 12-24 12-25 12-26");
    }

    #[test]
    fn what_is_not_known_is_told_with_what_is() {
        let told = |country: &str, region: Option<&str>| holidays_of(country, region, 2025).unwrap_err().to_string();
        assert_eq!(
            told("XX", None),
            "the holidays of `XX` are not known; known are AT, BE, DE, ES, FR, GB, IT, MX, PL, PT, US; list its days under `days`"
        );
        assert!(told("PT", Some("20")).starts_with("`PT` has no region `20` whose holidays are known; known are none"));
        assert!(told("GB", Some("LND")).contains("known are ENG, NIR, SCT, WLS"));
    }
}
