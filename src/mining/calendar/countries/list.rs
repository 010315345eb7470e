//! The countries. Sources are the laws: Spain, Estatuto de los Trabajadores art. 37.2 and Real Decreto 2001/1983 art. 45, with
//! the statutes of the regions; Germany, the holiday acts of the states; France, Code du travail L3133-1 and, for Alsace and
//! Moselle, L3134-13; Italy, Legge 260/1949, 54/1977, 336/2000 and 151/2025; Portugal, Código do Trabalho art. 234; United
//! Kingdom, Banking and Financial Dealings Act 1971 and royal proclamations; United States, 5 U.S.C. 6103; Mexico, Ley Federal
//! del Trabajo art. 74; Austria, Arbeitsruhegesetz § 7; Belgium, royal decree of 18 April 1974; Poland, act of 18 January 1951.

use super::rule::{Rule, before, easter, nth, on};
use super::{Country, Region};
use chrono::Weekday::{Mon, Thu, Wed};

/// Days counted from Easter.
const MAUNDY_THURSDAY: Rule = easter(-3);
const GOOD_FRIDAY: Rule = easter(-2);
const EASTER_SUNDAY: Rule = easter(0);
const EASTER_MONDAY: Rule = easter(1);
const ASCENSION: Rule = easter(39);
const WHIT_SUNDAY: Rule = easter(49);
const WHIT_MONDAY: Rule = easter(50);
const CORPUS_CHRISTI: Rule = easter(60);
/// Germany's day of the Reformation, five hundred years after it.
const REFORMATION: Rule = on(10, 31);
const ALL_SAINTS: Rule = on(11, 1);

/// See the module; in the order of their codes.
pub(super) static COUNTRIES: [Country; 11] = [
    Country {
        code: "AT",
        rules: &[
            on(1, 1),
            on(1, 6),
            EASTER_MONDAY,
            on(5, 1),
            ASCENSION,
            WHIT_MONDAY,
            CORPUS_CHRISTI,
            on(8, 15),
            on(10, 26),
            ALL_SAINTS,
            on(12, 8),
            on(12, 25),
            on(12, 26),
        ],
        regions: &[],
    },
    Country {
        code: "BE",
        rules: &[
            on(1, 1),
            EASTER_MONDAY,
            on(5, 1),
            ASCENSION,
            WHIT_MONDAY,
            on(7, 21),
            on(8, 15),
            ALL_SAINTS,
            on(11, 11),
            on(12, 25),
        ],
        regions: &[],
    },
    Country {
        code: "DE",
        rules: &[
            on(1, 1),
            GOOD_FRIDAY,
            EASTER_MONDAY,
            on(5, 1),
            ASCENSION,
            WHIT_MONDAY,
            on(10, 3).since(1990),
            REFORMATION.only(2017),
            on(12, 25),
            on(12, 26),
        ],
        regions: &[
            Region { code: "BB", rules: &[EASTER_SUNDAY, WHIT_SUNDAY, REFORMATION] },
            Region {
                code: "BE",
                rules: &[on(3, 8).since(2019), on(5, 8).only(2020), on(5, 8).only(2025), on(6, 17).only(2028)],
            },
            Region { code: "BW", rules: &[on(1, 6), CORPUS_CHRISTI, ALL_SAINTS] },
            // Assumption is a holiday only where most people are catholic, which differs from town to town.
            Region { code: "BY", rules: &[on(1, 6), CORPUS_CHRISTI, ALL_SAINTS] },
            Region { code: "HB", rules: &[REFORMATION.since(2018)] },
            Region { code: "HE", rules: &[CORPUS_CHRISTI] },
            Region { code: "HH", rules: &[REFORMATION.since(2018)] },
            Region { code: "MV", rules: &[on(3, 8).since(2023), REFORMATION] },
            Region { code: "NI", rules: &[REFORMATION.since(2018)] },
            Region { code: "NW", rules: &[CORPUS_CHRISTI, ALL_SAINTS] },
            Region { code: "RP", rules: &[CORPUS_CHRISTI, ALL_SAINTS] },
            Region { code: "SH", rules: &[REFORMATION.since(2018)] },
            Region { code: "SL", rules: &[CORPUS_CHRISTI, on(8, 15), ALL_SAINTS] },
            Region { code: "SN", rules: &[REFORMATION, before(11, 23, Wed)] },
            Region { code: "ST", rules: &[on(1, 6), REFORMATION] },
            Region { code: "TH", rules: &[on(9, 20).since(2019), REFORMATION] },
        ],
    },
    Country {
        code: "ES",
        rules: &[
            on(1, 1),
            on(1, 6),
            GOOD_FRIDAY,
            on(5, 1),
            on(8, 15),
            on(10, 12),
            ALL_SAINTS,
            on(12, 6),
            on(12, 8),
            on(12, 25),
        ],
        // Only what is the same each year: days that fall on a Sunday, and others, are set anew by each region's decree.
        regions: &[
            Region { code: "AN", rules: &[on(2, 28), MAUNDY_THURSDAY] },
            Region { code: "AR", rules: &[MAUNDY_THURSDAY, on(4, 23)] },
            Region { code: "AS", rules: &[MAUNDY_THURSDAY, on(9, 8)] },
            Region { code: "CL", rules: &[MAUNDY_THURSDAY, on(4, 23)] },
            Region { code: "CN", rules: &[MAUNDY_THURSDAY, on(5, 30)] },
            Region { code: "CT", rules: &[EASTER_MONDAY, on(6, 24), on(9, 11), on(12, 26)] },
            Region { code: "EX", rules: &[MAUNDY_THURSDAY, on(9, 8)] },
            Region { code: "GA", rules: &[MAUNDY_THURSDAY, on(7, 25)] },
            Region { code: "MC", rules: &[MAUNDY_THURSDAY, on(6, 9)] },
            Region { code: "MD", rules: &[MAUNDY_THURSDAY, on(5, 2)] },
            Region { code: "NC", rules: &[MAUNDY_THURSDAY, EASTER_MONDAY, on(12, 3)] },
            Region { code: "PV", rules: &[MAUNDY_THURSDAY, EASTER_MONDAY] },
            Region { code: "RI", rules: &[MAUNDY_THURSDAY, on(6, 9)] },
            Region { code: "VC", rules: &[EASTER_MONDAY, on(10, 9)] },
        ],
    },
    Country {
        code: "FR",
        rules: &[
            on(1, 1),
            EASTER_MONDAY,
            on(5, 1),
            on(5, 8),
            ASCENSION,
            WHIT_MONDAY,
            on(7, 14),
            on(8, 15),
            ALL_SAINTS,
            on(11, 11),
            on(12, 25),
        ],
        regions: &[
            Region { code: "57", rules: &[GOOD_FRIDAY, on(12, 26)] },
            Region { code: "67", rules: &[GOOD_FRIDAY, on(12, 26)] },
            Region { code: "68", rules: &[GOOD_FRIDAY, on(12, 26)] },
        ],
    },
    Country {
        code: "GB",
        rules: &[
            on(1, 1).or_next(),
            GOOD_FRIDAY,
            nth(1, Mon, 5).until(1994),
            on(5, 8).only(1995),
            nth(1, Mon, 5).since(1996).until(2019),
            on(5, 8).only(2020),
            nth(1, Mon, 5).since(2021),
            nth(-1, Mon, 5).until(2001),
            nth(-1, Mon, 5).since(2003).until(2011),
            nth(-1, Mon, 5).since(2013).until(2021),
            nth(-1, Mon, 5).since(2023),
            // Jubilees with the spring holiday moved to them, a wedding, a funeral, a coronation.
            on(6, 3).only(2002),
            on(6, 4).only(2002),
            on(4, 29).only(2011),
            on(6, 4).only(2012),
            on(6, 5).only(2012),
            on(6, 2).only(2022),
            on(6, 3).only(2022),
            on(9, 19).only(2022),
            on(5, 8).only(2023),
            on(12, 25).or_next(),
            on(12, 26).or_next(),
        ],
        regions: &[
            Region { code: "ENG", rules: &[EASTER_MONDAY, nth(-1, Mon, 8)] },
            Region { code: "NIR", rules: &[on(3, 17).or_next(), EASTER_MONDAY, on(7, 12).or_next(), nth(-1, Mon, 8)] },
            Region {
                code: "SCT",
                rules: &[on(1, 2).or_next(), nth(1, Mon, 8), on(11, 30).since(2007).or_next(), on(6, 15).only(2026)],
            },
            Region { code: "WLS", rules: &[EASTER_MONDAY, nth(-1, Mon, 8)] },
        ],
    },
    Country {
        code: "IT",
        rules: &[
            on(1, 1),
            on(1, 6),
            EASTER_SUNDAY,
            EASTER_MONDAY,
            on(3, 17).only(2011),
            on(4, 25),
            on(5, 1),
            on(6, 2).since(2001),
            on(8, 15),
            on(10, 4).since(2026),
            ALL_SAINTS,
            on(12, 8),
            on(12, 25),
            on(12, 26),
        ],
        regions: &[],
    },
    Country {
        code: "MX",
        rules: &[
            on(1, 1),
            on(2, 5).until(2005),
            nth(1, Mon, 2).since(2006),
            on(3, 21).until(2006),
            nth(3, Mon, 3).since(2007),
            on(5, 1),
            on(9, 16),
            on(11, 20).until(2005),
            nth(3, Mon, 11).since(2006),
            // A president takes office.
            on(12, 1).every(6, 1934).until(2018),
            on(10, 1).every(6, 2024),
            on(12, 25),
        ],
        regions: &[],
    },
    Country {
        code: "PL",
        rules: &[
            on(1, 1),
            on(1, 6).since(2011),
            EASTER_SUNDAY,
            EASTER_MONDAY,
            on(5, 1),
            on(5, 3),
            WHIT_SUNDAY,
            CORPUS_CHRISTI,
            on(8, 15),
            ALL_SAINTS,
            on(11, 11),
            on(11, 12).only(2018),
            on(12, 24).since(2025),
            on(12, 25),
            on(12, 26),
        ],
        regions: &[],
    },
    Country {
        code: "PT",
        rules: &[
            on(1, 1),
            GOOD_FRIDAY,
            EASTER_SUNDAY,
            on(4, 25),
            on(5, 1),
            on(6, 10),
            on(8, 15),
            on(12, 8),
            on(12, 25),
            // Four were suspended for three years.
            CORPUS_CHRISTI.until(2012),
            CORPUS_CHRISTI.since(2016),
            on(10, 5).until(2012),
            on(10, 5).since(2016),
            ALL_SAINTS.until(2012),
            ALL_SAINTS.since(2016),
            on(12, 1).until(2012),
            on(12, 1).since(2016),
        ],
        regions: &[],
    },
    Country {
        code: "US",
        rules: &[
            on(1, 1).or_nearest(),
            nth(3, Mon, 1).since(1986),
            nth(3, Mon, 2),
            nth(-1, Mon, 5),
            on(6, 19).since(2021).or_nearest(),
            on(7, 4).or_nearest(),
            nth(1, Mon, 9),
            nth(2, Mon, 10),
            on(11, 11).or_nearest(),
            nth(4, Thu, 11),
            on(12, 25).or_nearest(),
        ],
        regions: &[],
    },
];
