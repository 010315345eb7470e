//! Colours by meaning, for light and dark, in one table: pages and pictures both take them from here.

use std::fmt::Write;

/// For whom a picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Within a page: colours are CSS variables and follow the page; links and hover texts are part of the picture.
    Page,
    /// A picture of its own, plain colours on light ground.
    Light,
    /// A picture of its own, plain colours on dark ground.
    Dark,
}

macro_rules! tokens {
    ($($token:ident $name:literal $light:literal $dark:literal $doc:literal;)*) => {
        /// A colour named by its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Token {
            $(#[doc = $doc] $token,)*
        }

        impl Token {
            /// All of them, in the order of the style sheet.
            pub const ALL: &[Token] = &[$(Token::$token,)*];

            /// Name of the CSS variable without its dashes.
            pub fn name(self) -> &'static str {
                match self { $(Token::$token => $name,)* }
            }

            /// Hex value on light ground.
            pub fn light(self) -> &'static str {
                match self { $(Token::$token => $light,)* }
            }

            /// Hex value on dark ground.
            pub fn dark(self) -> &'static str {
                match self { $(Token::$token => $dark,)* }
            }
        }
    };
}

tokens! {
    Bg "bg" "#f7f8fa" "#0c1220" "Ground of the page.";
    Card "card" "#ffffff" "#131c2e" "Ground of cards and pictures.";
    Line "line" "#e3e7ee" "#26324a" "Fine lines: borders, grids.";
    LineStrong "line-strong" "#8490a4" "#64738f" "Lines that must be seen: inputs, axes.";
    Fg "fg" "#10182b" "#e6eaf2" "Text.";
    Muted "muted" "#56627a" "#9aa7bd" "Text of second rank.";
    Accent "accent" "#2456d6" "#7aa2ff" "The one accent.";
    OnAccent "on-accent" "#ffffff" "#0c1220" "Text on the accent.";
    C1 "c1" "#2456d6" "#7aa2ff" "First series.";
    C2 "c2" "#0f8577" "#3fd0bd" "Second series.";
    C3 "c3" "#b45309" "#f5a94b" "Third series.";
    C4 "c4" "#7c3aed" "#b79bff" "Fourth series.";
    C5 "c5" "#be185d" "#f58ab8" "Fifth series.";
    C6 "c6" "#4d7c0f" "#a3d158" "Sixth series.";
    Good "good" "#15803d" "#4ade80" "Better, on target.";
    Warn "warn" "#b45309" "#fbbf4b" "At risk.";
    Bad "bad" "#c62828" "#ff8080" "Worse, target missed.";
    Info "info" "#0369a1" "#5cc4f5" "Neutral news.";
    Freq1 "freq1" "#eaf1ff" "#1a2744" "Rarest.";
    Freq2 "freq2" "#b7c7ed" "#24407f" "Rare.";
    Freq3 "freq3" "#849cdc" "#3560bd" "Of middle frequency.";
    Freq4 "freq4" "#5072ca" "#6f97ee" "Frequent.";
    Freq5 "freq5" "#1d47b8" "#b9ceff" "Most frequent.";
    OnFreq1 "on-freq1" "#10182b" "#e6eaf2" "Text on the rarest.";
    OnFreq2 "on-freq2" "#10182b" "#e6eaf2" "Text on rare.";
    OnFreq3 "on-freq3" "#10182b" "#ffffff" "Text on middle frequency.";
    OnFreq4 "on-freq4" "#ffffff" "#0c1220" "Text on frequent.";
    OnFreq5 "on-freq5" "#ffffff" "#0c1220" "Text on the most frequent.";
    Time1 "time1" "#fff4e5" "#33241a" "Shortest.";
    Time2 "time2" "#ffd9a8" "#5e3413" "Short.";
    Time3 "time3" "#f7a35c" "#964812" "Of middle length.";
    Time4 "time4" "#d9662b" "#e0833f" "Long.";
    Time5 "time5" "#a3330f" "#ffc98f" "Longest.";
    OnTime1 "on-time1" "#10182b" "#e6eaf2" "Text on the shortest.";
    OnTime2 "on-time2" "#10182b" "#e6eaf2" "Text on short.";
    OnTime3 "on-time3" "#10182b" "#ffffff" "Text on middle length.";
    OnTime4 "on-time4" "#10182b" "#0c1220" "Text on long.";
    OnTime5 "on-time5" "#ffffff" "#0c1220" "Text on the longest.";
    Raised "raised" "#ffffff" "#1a2439" "Ground of what lies above cards.";
    Hover "hover" "#f0f3f8" "#1b263c" "Ground under the pointer.";
    AccentSoft "accent-soft" "#eaf0fd" "#1a2a4d" "Ground of what is chosen.";
    GoodSoft "good-soft" "#ebf7ef" "#12301f" "Ground of good news.";
    WarnSoft "warn-soft" "#fdf1e1" "#382a10" "Ground of warnings.";
    BadSoft "bad-soft" "#fdecec" "#3d1c22" "Ground of bad news.";
    InfoSoft "info-soft" "#e6f2f9" "#10293b" "Ground of neutral news.";
    Wait1 "wait1" "#a88d6b" "#8f7656" "Waits on links, step 1 of five.";
    Wait2 "wait2" "#c67a2b" "#b5722e" "Waits on links, step 2 of five.";
    Wait3 "wait3" "#d9662b" "#e0833f" "Waits on links, step 3 of five.";
    Wait4 "wait4" "#b8431a" "#f5a15c" "Waits on links, step 4 of five.";
    Wait5 "wait5" "#8a2a0c" "#ffd2a3" "Waits on links, step 5 of five.";
    Edge "edge" "#66728a" "#8493ae" "Links of the map.";
    NodeLine "node-line" "#8490a4" "#64738f" "Border of its nodes.";
    Auto "auto" "#0f8577" "#3fd0bd" "Done by a program.";
    Manual "manual" "#8490a4" "#64738f" "Done by people.";
    End "end" "#3b4761" "#c3ccdc" "End of a case.";
    OnEnd "on-end" "#ffffff" "#0c1220" "Signs on start and end.";
    MoreA "more-a" "#2456d6" "#7aa2ff" "More on the first side.";
    MoreB "more-b" "#c2410c" "#f5a15c" "More on the second side.";
    MoreASoft "more-a-soft" "#eaf0fd" "#1a2a4d" "Ground of what is a little more on the first side.";
    MoreBSoft "more-b-soft" "#fdeee3" "#3d2616" "Ground of what is a little more on the second side.";
    Same "same" "#66728a" "#8493ae" "Equal on both sides.";
    Act0 "act0" "#c9dcff" "#223c74" "Colour of activities, 0.";
    Act1 "act1" "#c4ecd2" "#1a4a30" "Colour of activities, 1.";
    Act2 "act2" "#ffe0b8" "#5c3d12" "Colour of activities, 2.";
    Act3 "act3" "#e4d4ff" "#432c72" "Colour of activities, 3.";
    Act4 "act4" "#ffd0dd" "#5f2338" "Colour of activities, 4.";
    Act5 "act5" "#dcecb0" "#3d4a14" "Colour of activities, 5.";
    Act6 "act6" "#b9eae6" "#114a47" "Colour of activities, 6.";
    Act7 "act7" "#f3d9c6" "#553423" "Colour of activities, 7.";
    Act8 "act8" "#d5dae6" "#37425a" "Colour of activities, 8.";
    Act9 "act9" "#fbe79b" "#524409" "Colour of activities, 9.";
    Act10 "act10" "#f5cdf3" "#56245a" "Colour of activities, 10.";
    Act11 "act11" "#bfe3f7" "#174a63" "Colour of activities, 11.";
    OnAct "on-act" "#10182b" "#eef1f7" "Text on the colour of an activity.";
}

/// Series colours in order.
pub const SERIES: [Token; 6] = [Token::C1, Token::C2, Token::C3, Token::C4, Token::C5, Token::C6];
/// Steps of frequency with the text colour on each.
pub const FREQUENCY: [(Token, Token); 5] = [
    (Token::Freq1, Token::OnFreq1),
    (Token::Freq2, Token::OnFreq2),
    (Token::Freq3, Token::OnFreq3),
    (Token::Freq4, Token::OnFreq4),
    (Token::Freq5, Token::OnFreq5),
];
/// Steps of time with the text colour on each.
pub const TIME: [(Token, Token); 5] = [
    (Token::Time1, Token::OnTime1),
    (Token::Time2, Token::OnTime2),
    (Token::Time3, Token::OnTime3),
    (Token::Time4, Token::OnTime4),
    (Token::Time5, Token::OnTime5),
];

/// Steps of waits on links, which are thinner than nodes and so need more contrast.
pub const WAIT: [Token; 5] = [Token::Wait1, Token::Wait2, Token::Wait3, Token::Wait4, Token::Wait5];

impl Theme {
    /// The colour as the value of a presentation attribute.
    pub fn color(self, token: Token) -> String {
        match self {
            Theme::Page => format!("var(--{},{})", token.name(), token.light()),
            Theme::Light => token.light().to_owned(),
            Theme::Dark => token.dark().to_owned(),
        }
    }
}

/// The blocks of a style sheet that define all tokens: light, dark by the system's wish, either one where an element
/// asks for it with `data-theme`, and light on paper.
pub fn css() -> String {
    let (light, dark) = (block(Token::light), block(Token::dark));
    format!(
        ":root {{ color-scheme: light dark;{light} }}\n\
         @media (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{{dark} }} }}\n\
         [data-theme=light] {{ color-scheme: light;{light} }}\n\
         [data-theme=dark] {{ color-scheme: dark;{dark} }}\n\
         @media print {{ :root, [data-theme] {{ color-scheme: light;{light} }} }}\n"
    )
}

/// The same for what is always on light ground.
pub fn light_css() -> String {
    format!(":root {{ color-scheme: light;{} }}\n", block(Token::light))
}

fn block(value: fn(Token) -> &'static str) -> String {
    let mut text = String::new();
    for token in Token::ALL {
        let _ = write!(text, " --{}: {};", token.name(), value(*token));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(hex: &str) -> f64 {
        let channel = |at: usize| {
            let part = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn check(ground: Token, over: Token, least: f64) {
        for (ground_hex, over_hex) in [(ground.light(), over.light()), (ground.dark(), over.dark())] {
            let found = contrast(ground_hex, over_hex);
            assert!(found >= least, "{over:?} on {ground:?}: {over_hex} on {ground_hex} has {found:.2}");
        }
    }

    #[test]
    fn text_is_readable() {
        for (ground, over) in FREQUENCY.into_iter().chain(TIME) {
            check(ground, over, 4.5);
        }
        check(Token::Accent, Token::OnAccent, 4.5);
        for over in [Token::Fg, Token::Muted, Token::Accent, Token::Good, Token::Warn, Token::Bad, Token::Info] {
            check(Token::Card, over, 4.5);
        }
        for over in SERIES {
            check(Token::Card, over, 4.5);
        }
        check(Token::Bg, Token::Muted, 4.5);
        for (ground, over) in [
            (Token::MoreA, Token::OnAccent),
            (Token::MoreB, Token::OnAccent),
            (Token::MoreASoft, Token::Fg),
            (Token::MoreBSoft, Token::Fg),
            (Token::Card, Token::MoreA),
            (Token::Card, Token::MoreB),
        ] {
            check(ground, over, 4.5);
        }
        check(Token::Card, Token::LineStrong, 3.0);
    }

    #[test]
    fn ramps_lead_away_from_the_ground() {
        for ramp in [FREQUENCY, TIME] {
            let steps = |hex: fn(Token) -> &'static str| ramp.map(|(step, _)| luminance(hex(step)));
            assert!(steps(Token::light).windows(2).all(|pair| pair[0] > pair[1] * 1.2));
            assert!(steps(Token::dark).windows(2).all(|pair| pair[1] > pair[0] * 1.2));
        }
    }

    #[test]
    fn page_and_pictures_share_the_table() {
        assert_eq!(Theme::Page.color(Token::C1), "var(--c1,#2456d6)");
        assert_eq!(Theme::Light.color(Token::LineStrong), "#8490a4");
        assert_eq!(Theme::Dark.color(Token::Card), "#131c2e");
        let css = css();
        assert_eq!(css.matches("--on-freq3:").count(), 5);
        assert_eq!(css.matches('{').count(), css.matches('}').count());
    }
}
