//! The command line as people and scripts meet it: exit codes, error texts, JSON alone on standard output.

use crate::support::{answer, answer_or_error, program, run, shared};
use std::path::Path;

const ORDERS: &str = "case,activity,time,who,region\n\
    a,Receive,2024-01-01T08:00:00Z,Ann,North\n\
    a,Pack,2024-01-01T09:00:00Z,Bob,North\n\
    a,Ship,2024-01-01T12:00:00Z,Bob,North\n\
    b,Receive,2024-01-02T08:00:00Z,Ann,South\n\
    b,Pack,2024-01-02T08:30:00Z,Bob,South\n\
    b,Pack,2024-01-02T09:30:00Z,Ann,South\n\
    b,Ship,2024-01-03T08:00:00Z,Cid,South\n\
    c,Receive,2024-01-09T08:00:00Z,Ann,North\n\
    c,Ship,2024-01-09T08:00:00Z,Ann,North\n";

fn orders() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.csv");
    std::fs::write(&path, ORDERS).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[test]
fn hand_worked_stats() {
    let (_folder, file) = orders();
    let stats = answer(&["stats", &file]);
    assert_eq!((&stats["events"], &stats["cases"], &stats["variants"]), (&9.into(), &3.into(), &3.into()));
    assert_eq!(stats["resources"], 3);
    assert_eq!(stats["first_at"], "2024-01-01T08:00:00Z");
    // Cycle times: a 4 h, b 24 h, c 0; p90 lies 0.8 of the way from 4 h to 24 h.
    assert_eq!(stats["cycle_time_s"]["median"], 14_400.0);
    assert_eq!(stats["cycle_time_s"]["p90"], 72_000.0);
    assert_eq!(stats["rework"], serde_json::json!([{"activity": "Pack", "cases": 1}]));
}

#[test]
fn hand_worked_map_and_variants() {
    let (_folder, file) = orders();
    let map = answer(&["map", &file]);
    let edge = &map["edges"][0];
    // Receive → Pack and Pack → Ship occur twice; names decide.
    assert_eq!((&edge["from"], &edge["to"], &edge["count"]), (&"Pack".into(), &"Ship".into(), &2.into()));
    // 3 h and 22.5 h.
    assert_eq!(edge["duration_s"]["mean"], 45_900.0);
    assert_eq!(edge["overlaps"], 0);
    let variants = answer(&["variants", &file, "--top", "1"]);
    assert_eq!((&variants["total"], &variants["cases"]), (&3.into(), &3.into()));
    // Equal counts are told apart by the activities in order: Pack comes before Ship.
    assert_eq!(variants["variants"][0]["activities"], serde_json::json!(["Receive", "Pack", "Pack", "Ship"]));
    assert_eq!(variants["variants"].as_array().unwrap().len(), 1);
    let none = answer(&["variants", &file, "--top", "0"]);
    assert_eq!(none, serde_json::json!({"cases": 3, "total": 3, "variants": []}));
    let narrowed = answer(&["variants", &file, "--top", "0", "--where", "region=North"]);
    assert_eq!(narrowed, serde_json::json!({"cases": 2, "total": 2, "variants": []}));
    let nothing = answer(&["variants", &file, "--filter", "cycle=9e9.."]);
    assert_eq!(nothing, serde_json::json!({"cases": 0, "total": 0, "variants": []}));
}

#[test]
fn filters_choose_cases() {
    let (_folder, file) = orders();
    let cases = |words: &[&str]| {
        let list = answer(&[&["cases", &file], words].concat());
        let ids: Vec<String> =
            list["cases"].as_array().unwrap().iter().map(|case| case["case"].as_str().unwrap().to_owned()).collect();
        ids.join("")
    };
    assert_eq!(cases(&[]), "abc");
    assert_eq!(cases(&["--where", "region=North"]), "ac");
    assert_eq!(cases(&["--where", "region!=North"]), "b");
    assert_eq!(cases(&["--where", "resource=Cid"]), "b");
    assert_eq!(cases(&["--from", "2024-01-02", "--to", "2024-01-09"]), "b");
    assert_eq!(cases(&["--filter", "with=Pack"]), "ab");
    assert_eq!(cases(&["--filter", "without=Pack"]), "c");
    assert_eq!(cases(&["--filter", "directly=Receive>Ship"]), "c");
    assert_eq!(cases(&["--filter", "eventually=Receive>Ship"]), "abc");
    assert_eq!(cases(&["--filter", "starts=Receive;ends=Ship"]), "abc");
    assert_eq!(cases(&["--filter", "cycle=3600..80000"]), "a");
    assert_eq!(cases(&["--filter", "id=a|c"]), "ac");
    assert_eq!(cases(&["--filter", "end=2024-01-03..2024-01-04"]), "b");
    assert_eq!(cases(&["--filter", "contained=2024-01-01..2024-01-03"]), "a");
    assert_eq!(cases(&["--filter", "intersecting=2024-01-03..2024-01-04"]), "b");
    let id = answer(&["variants", &file])["variants"][2]["id"].as_str().unwrap().to_owned();
    assert_eq!(cases(&["--filter", &format!("variant={id}")]), "c");
}

#[test]
fn attributes_are_found_and_compared_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("numbers.csv");
    // Ids that differ in their 17th digit, and two attributes whose names differ in their letters' case only.
    std::fs::write(
        &path,
        "case,activity,time,number,Plant,plant\n\
         a,Start,2024-01-01T08:00:00Z,90071992547409921,North,1\n\
         a,End,2024-01-01T09:00:00Z,90071992547409921,North,1\n\
         b,Start,2024-01-02T08:00:00Z,90071992547409922,South,2\n\
         b,End,2024-01-02T09:00:00Z,90071992547409922,South,2\n\
         c,Start,2024-01-03T08:00:00Z,3,North,3\n\
         c,End,2024-01-03T09:00:00Z,3,North,3\n",
    )
    .unwrap();
    let file = path.to_str().unwrap();
    let cases = |condition: &str| -> Result<String, String> {
        let list = answer_or_error(&["cases", file, "--where", condition])?;
        let ids = list["cases"].as_array().unwrap().iter().map(|case| case["case"].as_str().unwrap().to_owned());
        Ok(ids.collect())
    };
    assert_eq!(cases("number=90071992547409921").unwrap(), "a");
    assert_eq!(cases("number!=90071992547409921").unwrap(), "bc");
    assert_eq!(cases("number>90071992547409921").unwrap(), "b");
    assert_eq!(cases("number<=90071992547409921").unwrap(), "ac");
    assert_eq!(cases("number=3|90071992547409922").unwrap(), "bc");
    assert_eq!(cases("number=3.0|90071992547409922").unwrap(), "bc");
    assert_eq!(cases("number>=2.5").unwrap(), "abc");
    assert_eq!(cases("number<3.5").unwrap(), "c");
    assert_eq!(cases("Plant=North").unwrap(), "ac");
    assert_eq!(cases("plant=2").unwrap(), "b");
    let error = cases("PLANT=North").unwrap_err();
    assert!(error.contains("Plant") && error.contains("plant") && error.contains("may mean"), "{error}");
}

#[test]
fn an_unknown_name_gets_a_near_one() {
    let (_folder, file) = orders();
    let error = answer_or_error(&["stats", &file, "--filter", "with=Pakc"]).unwrap_err();
    assert!(error.contains("there is no activity `Pakc`") && error.contains("did you mean `Pack`"), "{error}");
    let error = answer_or_error(&["kpi", "cycletime", &file]).unwrap_err();
    assert!(error.contains("did you mean `cycle_time`"), "{error}");
    let error = answer_or_error(&["stats", &file, "--where", "regoin=North"]).unwrap_err();
    assert!(error.contains("no attribute `regoin`"), "{error}");
}

#[test]
fn exit_codes_and_error_form() {
    let (_folder, file) = orders();
    assert_eq!(run(&["stats", &file]).status.code(), Some(0));
    assert_eq!(run(&["stats"]).status.code(), Some(2));
    assert_eq!(run(&["map", &file, "-o", "map.doc"]).status.code(), Some(2));
    let missing = run(&["stats", "nowhere/missing.csv"]);
    assert_eq!(missing.status.code(), Some(1));
    let error = String::from_utf8(missing.stderr).unwrap();
    assert!(error.starts_with("error: cannot read nowhere/missing.csv\ncaused by: "), "{error}");
    assert!(error.contains("\nhint: "), "{error}");
    assert!(missing.stdout.is_empty());
}

#[test]
fn wrong_words_are_wrong_usage() {
    let (folder, file) = orders();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let code = |words: &[&str]| run(&[words, &["--data", data]].concat()).status.code();
    for wrong in [
        &["--from", "yesterday"][..],
        &["--filter", "nonsense"],
        &["--where", "x"],
        &["--timezone", "Mars/Olympus"],
        &["--encoding", "morse"],
        &["--delimiter", "ab"],
    ] {
        assert_eq!(code(&[&["stats", &file], wrong].concat()), Some(2), "{wrong:?}");
    }
    assert_eq!(code(&["import", &file, "--flow", "Über uns"]), Some(2));
    assert_eq!(code(&["kpi", "cycle_time", &file, "--param", "colour=red"]), Some(2));
    // What is well said and just not there is no wrong usage.
    assert_eq!(code(&["stats", &file, "--filter", "with=Pakc"]), Some(1));
    assert_eq!(code(&["stats", "nowhere"]), Some(1));
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let home = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(program());
    command.args(["check", "--json"]).env("THROUGHLINE_DATA", "").env("THROUGHLINE_CONFIG", "");
    command.env("HOME", home.path()).env_remove("XDG_DATA_HOME");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let shown: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(shown["config"]["data"]["dir"].as_str().unwrap().contains("throughline"), "{shown}");
    assert_eq!(run(&["check", "--data", ""]).status.code(), Some(2));
}

#[test]
fn a_stored_flow_answers_like_its_file() {
    let (folder, file) = orders();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let report = answer(&["import", &file, "--flow", "orders", "--data", data]);
    assert_eq!((&report["version"], &report["events"]), (&1.into(), &9.into()));
    for command in ["stats", "map", "variants"] {
        assert_eq!(answer(&[command, "orders", "--data", data]), answer(&[command, &file]), "{command}");
    }
    // The same bytes again are refused and point at the first import.
    let error = answer_or_error(&["import", &file, "--flow", "orders", "--data", data]).unwrap_err();
    assert!(error.contains("already part of flow") && error.contains("orders.csv"), "{error}");
    // A case goes on in a second file; one more begins.
    let more = folder.path().join("more.csv");
    std::fs::write(&more, "case,activity,time,who,region\nc,Pay,2024-01-10T08:00:00Z,Dan,North\nd,Receive,2024-01-11T08:00:00Z,Ann,South\n").unwrap();
    let report = answer(&["import", more.to_str().unwrap(), "--flow", "orders", "--append", "--data", data]);
    assert_eq!((&report["version"], &report["events"], &report["cases"]), (&2.into(), &11.into(), &4.into()));
    let timeline = answer(&["cases", "orders", "--case", "c", "--data", data]);
    let steps: Vec<&str> =
        timeline["timeline"].as_array().unwrap().iter().map(|e| e["activity"].as_str().unwrap()).collect();
    assert_eq!(steps, ["Receive", "Ship", "Pay"]);
    assert_eq!(timeline["attributes"]["region"], "North");
}

#[test]
fn one_kpi_or_all_of_them() {
    let (folder, file) = orders();
    let all = answer(&["kpi", &file, "--where", "region=North"]);
    let arrivals = answer(&["kpi", "arrivals", &file, "--where", "region=North"]);
    assert_eq!(arrivals["rows"], serde_json::json!([["2024-01-01", 1], ["2024-01-08", 1]]));
    assert!(all["kpis"].as_array().unwrap().contains(&arrivals), "{all}");
    let out = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (name, words) in [("all.json", vec!["kpi", &file]), ("one.json", vec!["kpi", "arrivals", &file])] {
        let output = run(&[words, vec!["--where", "region=North", "-o", &out(name)]].concat());
        assert!(output.status.success() && output.stdout.is_empty());
        let written: serde_json::Value = serde_json::from_slice(&std::fs::read(out(name)).unwrap()).unwrap();
        assert_eq!(written, if name == "all.json" { all.clone() } else { arrivals.clone() });
    }
    assert!(run(&["kpi", &file, "-o", &out("all.csv")]).status.success());
    let csv = std::fs::read_to_string(out("all.csv")).unwrap();
    assert!(csv.starts_with("id,section,title,row,column,value\n") && csv.contains("\narrivals,time,"), "{csv}");
    let text = String::from_utf8(run(&["kpi", &file]).stdout).unwrap();
    assert!(text.contains("Arrivals (arrivals)"), "{text}");
    // A KPI without a log, and a parameter without a KPI.
    let unfinished = run(&["kpi", "arrivals", "--data", &out("data")]);
    let error = String::from_utf8(unfinished.stderr).unwrap();
    assert_eq!(unfinished.status.code(), Some(2), "{error}");
    assert!(error.contains("throughline kpi arrivals FLOW|FILE"), "{error}");
    assert_eq!(run(&["kpi", &file, "--param", "top=1"]).status.code(), Some(2));
    assert_eq!(run(&["kpi", "nowhere", "--data", &out("data")]).status.code(), Some(1));
}

#[test]
fn splitting_a_file_changes_nothing() {
    let text = std::fs::read_to_string(shared("running-example/running-example.csv")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, rows: &[&str]| {
        let path = folder.path().join(name);
        std::fs::write(&path, [&[lines[0]], rows].concat().join("\n")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (first, second) = (write("1.csv", &lines[1..20]), write("2.csv", &lines[20..]));
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    answer(&["import", &first, &second, "--flow", "split", "--data", data]);
    let whole = shared("running-example/running-example.csv");
    for command in ["stats", "map", "variants"] {
        assert_eq!(
            answer(&[command, "split", "--data", data]),
            answer(&[command, whole.to_str().unwrap()]),
            "{command}"
        );
    }
}

#[test]
fn sql_is_read_only_and_bounded() {
    let (_folder, file) = orders();
    let ask = |sql: &str| answer_or_error(&["sql", sql, "--flow", &file]);
    let rows = ask("SELECT activity, count(*) AS n FROM events GROUP BY activity ORDER BY n DESC, activity").unwrap();
    assert_eq!(rows["rows"], serde_json::json!([["Pack", 3], ["Receive", 3], ["Ship", 3]]));
    for forbidden in [
        "CREATE TABLE t AS SELECT 1",
        "COPY (SELECT 1) TO '/tmp/x.csv'",
        "INSERT INTO events VALUES (1)",
        "SET datafusion.execution.batch_size = 1",
        "SELECT * FROM '/etc/passwd'",
        "EXPLAIN SELECT 1",
        "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
        "SELECT * FROM generate_series(1, 1000000000)",
    ] {
        assert!(ask(forbidden).is_err(), "{forbidden}");
    }
    // Neither memory pool nor clock would stop these; they are refused by name, wherever they stand.
    for (function, sql) in [
        ("generate_series", "SELECT count(*) FROM (SELECT unnest(generate_series(1, 2000000000)))"),
        ("range", "SELECT array_length(range(2000000000))"),
        ("repeat", "SELECT length(repeat('x', 2000000000))"),
        ("array_repeat", "SELECT 1 AS one FROM cases WHERE array_length(array_repeat(1, 2000000000)) > 1"),
        ("array_resize", "SELECT count(*) FROM cases ORDER BY array_resize([1], 2000000000)"),
        ("lpad", "SELECT events FROM cases WHERE case_id IN (SELECT lpad('x', 2000000000))"),
        ("rpad", "SELECT max(rpad('x', 2000000000)) FROM cases"),
    ] {
        let error = ask(sql).unwrap_err();
        assert!(error.contains(&format!("the function {function} is not allowed")), "{sql}: {error}");
    }
}

#[test]
fn the_catalogue_is_sound_and_a_broken_one_is_named() {
    assert!(run(&["check"]).status.success());
    let folder = tempfile::tempdir().unwrap();
    let copy = |from: &Path| {
        for entry in std::fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            let to = folder.path().join("views").join(path.file_name().unwrap());
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(&path, to).unwrap();
        }
    };
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("queries/views"));
    std::fs::create_dir(folder.path().join("time")).unwrap();
    let header = "--! title = \"T\"\n--! question = \"Q\"\n--! definition = \"D\"\n--! source = [\"cases\"]\n";
    let check = |name: &str, text: String, expected: &str| {
        let path = folder.path().join("time").join(name);
        std::fs::write(&path, text).unwrap();
        let output = run(&["check", "--queries", folder.path().to_str().unwrap()]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains(expected), "{expected}: {text}");
        let document = run(&["check", "--catalogue", "--queries", folder.path().to_str().unwrap()]);
        let errors = String::from_utf8_lossy(&document.stderr).into_owned();
        assert_eq!(document.status.code(), Some(1), "{errors}");
        assert!(errors.contains(expected), "{expected}: {errors}");
        std::fs::remove_file(path).unwrap();
    };
    check("a.sql", format!("{header}--! columns = {{ n = \"date\" }}\nSELECT count(*) AS n FROM cases"), "says Date");
    check(
        "i.sql",
        format!(
            "{header}--! internal = true\n--! chart = {{ kind = \"bars\", x = \"n\", y = [\"n\"] }}\n--! columns = {{ n = \"count\" }}\nSELECT count(*) AS n FROM cases"
        ),
        "an internal query is shown nowhere",
    );
    check(
        "b.sql",
        format!("{header}--! columns = {{ m = \"count\" }}\nSELECT count(*) AS n FROM cases"),
        "has columns",
    );
    check(
        "c.sql",
        format!("{header}--! unti = \"s\"\nSELECT 1"),
        "queries/time/c.sql:5: unknown key `unti`, did you mean `unit`?",
    );
    check(
        "d.sql",
        format!("{header}--! columns = {{ n = \"count\" }}\nSELECT count(*) AS n FROM events"),
        "the SQL reads",
    );
    check(
        "e.sql",
        format!("{header}--! columns = {{ n = \"count\" }}\nSELECT count(*) AS n FROM cases WHERE cycle_us > $least"),
        "parameters",
    );
}
