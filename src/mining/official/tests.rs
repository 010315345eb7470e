use super::*;
use crate::mining::align::{Limits, Question, align};
use crate::model::official::{Block, Definition};

fn faults(file: &str, text: &str) -> Vec<String> {
    match read(file, text) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.to_string().lines().map(str::to_owned).collect(),
    }
}

fn sound(file: &str, text: &str) -> Definition {
    read(file, text).unwrap_or_else(|faults| panic!("{faults}")).1
}

/// The example of the manual: what it shows is read, compiled, and written back as the same definition.
#[test]
fn the_example_of_the_manual_is_sound() {
    let manual = include_str!("../../../docs/official-flow.md");
    let example = manual.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let definition = sound("flow.yaml", example);
    assert_eq!(definition.steps.len(), 9);
    assert!(compile(&definition).unwrap().is_some());
    assert_eq!(sound("again.yaml", &write(&definition)), definition);
    // The same as JSON, which the answer has, but for its own form of path and steps.
    for line in ["flow: order_to_cash", "  - loop: "] {
        assert!(example.contains(line), "{line}");
    }
    let table = manual.split("```csv\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(sound("rules.csv", table).rules.len(), 4);
    let toml = manual.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(sound("flow.toml", toml).steps.len(), 3);
}

#[test]
fn notations_are_equal() {
    let yaml = "flow: orders\nsteps:\n  a: {role: [desk], sla: 2h}\n  b: {}\npath: [a, {opt: b}]\n";
    let toml =
        "flow = \"orders\"\npath = [\"a\", {opt = \"b\"}]\n[steps.a]\nrole = [\"desk\"]\nsla = \"2h\"\n[steps.b]\n";
    let json =
        r#"{"flow": "orders", "steps": {"a": {"role": ["desk"], "sla": "2h"}, "b": {}}, "path": ["a", {"opt": "b"}]}"#;
    let read = sound("x.yaml", yaml);
    assert_eq!(sound("x.toml", toml), read);
    assert_eq!(sound("x.json", json), read);
    // Without an ending, the content says what it is.
    for (text, expected) in [(yaml, Notation::Yaml), (toml, Notation::Toml), (json, Notation::Json)] {
        assert_eq!(super::read("flow", text).unwrap().0, expected);
    }
    assert_eq!(super::read("rules", "rule,step,other\nresponse,a,b\n").unwrap().0, Notation::Csv);
}

#[test]
fn faults_say_where_and_what_to_do() {
    let text = "flow: f\nowner: {roel: boss}\nsteps:\n  a: {sla: 8bh, role: [desk]}\n  lost: {}\npath:\n  - a\n  - bb\n\
        rules:\n  - {kind: role_in, step: a, roles: [dsek]}\n  - {kind: precedence, first: a}\n  - {kind: absnt, step: a}\n";
    let expected = [
        "f.yaml:2:8: the owner has no `role`; e.g. `owner: {role: head_of_operations}`",
        "f.yaml:2:9: `owner` has no `roel`; did you mean `role`?",
        "f.yaml:4:12: `sla: 8bh` of step a counts business time, and there is no calendar; add `calendar: {zone: …, week: \
         {mon-fri: [\"09:00-17:00\"]}}`, or use h or d",
        "f.yaml:5:3: step `lost` can never be reached: neither the path nor `case` has it; put it into the path, into \
         `case.cancel`, or leave it out",
        "f.yaml:8:5: the path has a step `bb` that is not among the steps; there is a, lost",
        "f.yaml:10:38: rule `role_in` has an unknown role `dsek`; did you mean `desk`?",
        "f.yaml:11:5: rule `precedence` speaks of 1 steps; `precedence` needs two; e.g. {kind: precedence, first: a, then: b}",
        "f.yaml:12:12: there is no kind of rule `absnt`; did you mean `absent`?",
    ];
    let found = faults("f.yaml", text);
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}

#[test]
fn texts_that_are_no_definition_are_refused_with_their_place() {
    let check = |file: &str, text: &str, begins: &str| {
        let found = faults(file, text);
        assert!(found.first().is_some_and(|first| first.starts_with(begins)), "{found:?}");
    };
    check("f.yaml", "flow: a\nsteps: [\n", "f.yaml:");
    check("f.yaml", "flow: a\nflow: b\n", "f.yaml:2:1:");
    check("f.toml", "flow = \n", "f.toml:1:");
    check("f.yaml", "just words", "f.yaml:1:1: the definition is a text");
    check("f.yaml", "flow: a\n", "f.yaml:1:1: there is neither a path nor a rule");
    check("r.csv", "rule,step,othr\nresponse,a,b\n", "r.csv:1:11: a list of rules has no column `othr`");
    check("r.csv", "rule,step,other,n\nabsent,a,,x\n", "r.csv:2:11: `n`: `x` is no whole number");
    let length = "rules: [{kind: max_time, from: a, to: b, limit: 3x}]";
    let found = faults("f.yaml", length);
    assert!(found.iter().any(|fault| fault.starts_with("f.yaml:1:49:") && fault.contains("3x")), "{found:?}");
    check("f.yaml", "steps: {a: {when: \"x >\"}}\npath: [a]", "f.yaml:1:19: `when` of step a, at its character 4:");
    check(
        "f.yaml",
        "steps: {a: {cutoff: \"16:00\"}}\npath: [a]",
        "f.yaml:1:21: `cutoff: 16:00` of step a is a time of day",
    );
    check("f.yaml", &format!("path: {}", "[".repeat(500)), "f.yaml:");
    let nested = format!("steps: {{a: {{}}}}\npath: {}a{}", "{seq: [".repeat(60), "]}".repeat(60));
    check("f.yaml", &nested, "f.yaml:2:");
}

#[test]
fn calendars_are_read_and_written_back() {
    let text = "steps: {a: {sla: 8bh, due: bd-1_of_month}}\npath: [a]\ncalendar:\n  zone: Europe/Madrid\n  \
        week: {mon-thu: [\"09:00-14:00\", \"15:00-18:00\"], fri: \"08:00-15:00\", sat: [\"22:00-06:00\"], sun: []}\n  \
        holidays: {country: ES, region: MD, days: [2026-05-15, {day: 2026-12-24, off: \"14:00-24:00\"}]}\n  \
        extra: {2026-01-10: [\"09:00-14:00\"]}\n  versions: [{valid_from: 2026-07-01, week: {mon-fri: [\"08:00-15:00\"]}}]\n";
    let definition = sound("f.yaml", text);
    let calendar = definition.calendar.clone().unwrap();
    assert_eq!(calendar.week["fri"], ["08:00-15:00"]);
    assert_eq!(calendar.week["sun"], [""; 0]);
    let holidays = calendar.holidays.clone().unwrap();
    assert_eq!((holidays.country.as_deref(), holidays.region.as_deref()), (Some("ES"), Some("MD")));
    assert_eq!(holidays.days.iter().map(|day| day.off.len()).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(calendar.versions[0].valid_from, "2026-07-01");
    assert_eq!(sound("again.yaml", &write(&definition)), definition);
    let alone = text.split("calendar:\n").nth(1).unwrap();
    assert_eq!(read_calendar(alone).unwrap(), calendar);
    // Short forms, and TOML, whose days are no texts.
    let short = |holidays: &str| {
        let text = format!("{{zone: UTC, week: {{mon: \"09:00-10:00\"}}, holidays: {holidays}}}");
        read_calendar(&text).unwrap().holidays.unwrap()
    };
    assert_eq!((short("ES-MD").region.as_deref(), short("es").country.as_deref()), (Some("MD"), Some("es")));
    assert_eq!(short("[2026-01-06]").days[0].day, "2026-01-06");
    assert_eq!(short("es-md.csv").file.as_deref(), Some("es-md.csv"));
    let toml = "path = [\"a\"]\n[steps.a]\n[calendar]\nzone = \"UTC\"\nholidays = [2026-01-06]\nextra = {2026-01-10 = [\"09:00-14:00\"]}\n";
    let calendar = sound("f.toml", toml).calendar.unwrap();
    assert_eq!((calendar.holidays.unwrap().days[0].day.as_str(), calendar.extra.len()), ("2026-01-06", 1));
}

#[test]
fn calendars_that_cannot_be_counted_are_refused_with_their_place() {
    let found =
        |text: &str| faults("f.yaml", &format!("steps: {{a: {{}}}}\npath: [a]\ncalendar:\n  zone: UTC\n  {text}\n"));
    let known = "known are AT, BE, DE, ES, FR, GB, IT, MX, PL, PT, US; list the days of others: `days: [2026-01-06]`";
    assert_eq!(found("holidays: XX"), [format!("f.yaml:5:13: the holidays of `XX` are not known; {known}")]);
    assert!(
        found("holidays: {country: GB, region: LND}")[0]
            .contains("`GB-LND` are not known; known are ENG, NIR, SCT, WLS")
    );
    assert!(found("holidays: [6.1.2026]")[0].starts_with("f.yaml:5:14: `6.1.2026` is no day; write e.g. 2026-01-06"));
    let hours = found("week: {mon: [\"9-17\"], weekdays: [\"09:00-17:00\"]}");
    assert!(hours[0].starts_with("f.yaml:5:16: `9-17` are no hours of work"), "{hours:?}");
    assert!(hours[1].starts_with("f.yaml:5:25: `weekdays` in `calendar.week` is no day of the week"), "{hours:?}");
    assert!(found("extra: {soon: [\"09:00-17:00\"]}")[0].contains("`soon` in `calendar.extra` is no day; write"));
    assert!(
        found("versions: [{week: {mon: \"09:00-17:00\"}}]")[0].contains("`valid_from` of a version of the calendar")
    );
    let due = faults("f.yaml", "steps: {a: {due: bd+5_of_month}}\npath: [a]\n");
    assert!(due[0].starts_with("f.yaml:1:18: `due: bd+5_of_month` of step a counts business time"), "{due:?}");
}

#[test]
fn demands_have_names_of_their_own() {
    let text = "steps: {a: {role: [x]}, b: {}, c: {}}\npath: [{xor: [{when: m > 1, body: [a, b]}, {when: n > 1, body: [a, c]}]}]\n\
        rules: [{id: a.role, kind: role_in, step: a, roles: [x]}]\n";
    let found: Vec<(String, Vec<String>)> =
        checks(&sound("f.yaml", text)).into_iter().map(|check| (check.id, check.activities)).collect();
    let expected = [("a.role", "a"), ("a.role#2", "a"), ("path.a", "b"), ("path.a#2", "c")];
    let expected = expected.map(|(id, activity)| (id.to_owned(), vec![activity.to_owned()]));
    assert_eq!(found, expected);
}

/// What a path allows, as costs of alignments.
fn costs(path: &str, steps: &str, cases: &[&str]) -> Vec<u32> {
    let names: Vec<String> = steps.split(' ').map(|step| format!("{step}: {{}}")).collect();
    let definition = sound("f.yaml", &format!("steps: {{{}}}\npath: {path}\n", names.join(", ")));
    let net = compile(&definition).unwrap().unwrap().net("f");
    let activities: Vec<&str> = steps.split(' ').collect();
    let number = |c: char| activities.iter().position(|name| *name == c.to_string()).unwrap() as i32;
    let paths: Vec<Vec<i32>> = cases.iter().map(|case| case.chars().map(number).collect()).collect();
    let question = Question { net: &net, activities: &activities, paths: &paths, finished: true };
    let answer = align(&question, &Limits::default()).unwrap();
    answer.outcomes.iter().map(|outcome| outcome.bounds().unwrap().0).collect()
}

#[test]
fn blocks_allow_what_they_say() {
    assert_eq!(costs("[a, b]", "a b", &["ab", "ba", "a"]), [0, 2, 1]);
    assert_eq!(costs("[{xor: [a, [b, c]]}]", "a b c", &["a", "bc", "abc", "b"]), [0, 0, 1, 1]);
    assert_eq!(costs("[{par: [[a, b], [c]]}]", "a b c", &["abc", "cab", "acb", "bac"]), [0, 0, 0, 2]);
    assert_eq!(costs("[a, {opt: {when: \"x > 1\", body: [b]}}]", "a b", &["a", "ab"]), [0, 0]);
    let bounded = "[{loop: {body: [a], back: [b], max: 2}}]";
    assert_eq!(costs(bounded, "a b", &["a", "aba", "ababa", "abababa"]), [0, 0, 0, 2]);
    assert_eq!(costs("[{loop: {body: [a], back: [b]}}]", "a b", &["abababa", "aa"]), [0, 1]);
    assert_eq!(costs("[{loop: {body: [a]}}]", "a", &["aaaa"]), [0]);
    // One at a time: a b may not be mixed with c d.
    let orders = "[{any_order: [[a, b], [c, d]]}]";
    assert_eq!(costs(orders, "a b c d", &["abcd", "cdab", "acbd"]), [0, 0, 2]);
    assert_eq!(costs("[{any_order: [a, b, c]}]", "a b c", &["cab", "ab"]), [0, 1]);
    // A loop is one part, however often it goes round: b may not be within it.
    assert_eq!(costs("[{any_order: [{loop: {body: [a]}}, b]}]", "a b", &["aab", "baa", "aba"]), [0, 0, 1]);
    assert_eq!(costs("[{any_order: [{xor: [a, c]}, {opt: b}]}]", "a b c", &["ab", "bc", "c", "abc"]), [0, 0, 0, 1]);
}

#[test]
fn loops_that_multiply_beyond_measure_are_refused() {
    let loops = |max: u32, times: usize| {
        let (begin, end) = (format!("{{loop: {{max: {max}, body: [").repeat(times), "]}}".repeat(times));
        format!("steps: {{a: {{}}}}\npath: [{begin}a{end}]\n")
    };
    let refused = |text: &str| compile(&sound("f.yaml", text)).unwrap_err().what;
    assert!(refused(&loops(30, 3)).starts_with("has more than 20000 parts"));
    assert!(refused(&loops(90, 3)).starts_with("has more than 400 parts inside each other"));
    // The largest that is allowed is drawn and walked without running out of stack.
    let compiled = compile(&sound("f.yaml", &loops(100, 1))).unwrap().unwrap();
    assert_eq!(compiled.net("f").transitions.iter().filter(|t| t.label.is_some()).count(), 101);
    assert!(compiled.bpmn("f").contains("<definitions") || compiled.bpmn("f").contains(":definitions"));
    for max in [101, 9_000, u32::MAX] {
        let found = faults("f.yaml", &loops(max, 1));
        let expected =
            "f.yaml:2:21: `max` of `loop` is above 100; use at most 100, or leave it out: as often as wanted";
        assert_eq!(found, [expected], "{max}");
    }
}

#[test]
fn two_steps_of_one_activity_are_refused() {
    let text = "steps:\n  a: {activity: Check, role: [x]}\n  b: {activity: Check, role: [y]}\n  c: {}\n  d: {activity: c}\n\
        path: [a, b, c, d]\n";
    let cure = "make one step of them; the path may have it several times";
    let expected = [
        format!("f.yaml:3:3: steps `a` and `b` are both the activity `Check`; {cure}"),
        format!("f.yaml:5:3: steps `c` and `d` are both the activity `c`; {cure}"),
    ];
    assert_eq!(faults("f.yaml", text), expected);
}

#[test]
fn many_faults_are_cut_and_do_not_take_long() {
    let steps: Vec<String> = (0..2_000).map(|n| format!("step_number_{n}: {{}}")).collect();
    let path: Vec<String> = (0..30_000).map(|n| format!("unknown_word_{n}")).collect();
    let text = format!("steps: {{{}}}\npath: [{}]\n", steps.join(", "), path.join(", "));
    let begun = std::time::Instant::now();
    let found = faults("f.yaml", &text);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    assert_eq!(found.len(), 51);
    assert!(found[50].ends_with("more; mend these first"), "{}", found[50]);
    assert!(found.iter().all(|fault| fault.len() < 300), "{found:?}");
    let steps: Vec<String> = (0..2_001).map(|n| format!("s{n}")).collect();
    let defined = steps.join(": {}, ");
    let found = faults("f.yaml", &format!("steps: {{{defined}: {{}}}}\npath: [{}]\n", steps[..2_000].join(", ")));
    assert!(found.len() == 1 && found[0].contains("there are more than 2000 steps"), "{found:?}");
}

#[test]
fn demands_of_steps_and_ways_become_checks() {
    let text = "calendar: {zone: UTC}\nsteps:\n  a: {role: [x], system: s, sla: 2h, needs: [n], cutoff: \"16:00\"}\n  \
        b: {when: \"d > 1\", sla: 3bd, due: bd+5_of_month}\n  c: {}\npath: [a, {opt: {when: \"d > 1\", body: [b]}}, {opt: {when: e, body: [c]}}]\n";
    let definition = sound("f.yaml", text);
    assert!(matches!(definition.path, Some(Block::Seq(_))));
    let found: Vec<(String, bool)> =
        checks(&definition).into_iter().map(|check| (check.id, matches!(check.demand, Demand::Not(_)))).collect();
    let found: Vec<(&str, bool)> = found.iter().map(|(id, not)| (id.as_str(), *not)).collect();
    let expected = [
        ("a.role", false),
        ("a.system", false),
        ("a.needs", false),
        ("a.sla", false),
        ("a.cutoff", false),
        ("b.sla", true),
        ("b.due", true),
        ("b.when", false),
        ("path.c", false),
    ];
    assert_eq!(found, expected);
}
