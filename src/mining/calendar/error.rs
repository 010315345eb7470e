//! Why a calendar cannot be counted.

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The zone is in no list.
    #[error("there is no time zone `{0}`; use a name like Europe/Madrid or UTC")]
    Zone(String),
    /// It does not say when people work.
    #[error(
        "the calendar has no `week`, so that nobody knows which hours are worked; add `week: {{mon-fri: [\"09:00-17:00\"]}}`"
    )]
    NoWeek,
    /// A name of days.
    #[error("`{0}` is no day of the week; write mon, tue, wed, thu, fri, sat, sun or a range like mon-fri")]
    Weekday(String),
    /// Hours or a day, in words.
    #[error("{0}; write hours as \"09:00-14:00\" and days as 2026-01-06")]
    Unreadable(String),
    /// A country that is not in the list.
    #[error("the holidays of `{country}` are not known; known are {known}; list its days under `days`")]
    Country {
        /// As it was given.
        country: String,
        /// Those that are known.
        known: String,
    },
    /// A region that is not in the list.
    #[error(
        "`{country}` has no region `{region}` whose holidays are known; known are {known}; list its days under `days`"
    )]
    Region {
        /// The country.
        country: String,
        /// As it was given.
        region: String,
        /// Those that are known.
        known: String,
    },
    /// Holidays in a file.
    #[error(
        "the holidays are in a file `{0}`, which is not part of the definition; list the days under `holidays`, or name a country"
    )]
    File(String),
}
