//! Definitions and rules held against logs: worked out by hand, on the command line and by the API.

use crate::support::server::TestServer;
use crate::support::{answer, answer_or_error, run};
use serde_json::{Value, json};

/// Six orders. By hand:
/// a: everything right. b: Bob checks and pays. c: a discount without approval, no PO number, paid by a clerk. d: approved
/// without a need, paid after four days. e: cancelled. f: a discount nobody knows, paid in the wrong system.
const ORDERS: &str = "case,activity,time,who,role,system,discount,po\n\
    a,Order,2024-01-01T08:00:00Z,Ann,Sales,CRM,0.2,\n\
    a,Check,2024-01-01T10:00:00Z,Bob,Desk,ERP,0.2,P1\n\
    a,Approve,2024-01-01T11:00:00Z,Eve,Sales,Chat,0.2,\n\
    a,Pay,2024-01-02T10:00:00Z,Cid,Finance,ERP,0.2,\n\
    b,Order,2024-01-02T08:00:00Z,Ann,Sales,CRM,0,\n\
    b,Check,2024-01-02T10:00:00Z,Bob,Desk,ERP,0,P2\n\
    b,Pay,2024-01-02T17:00:00Z,Bob,Finance,ERP,0,\n\
    c,Order,2024-01-03T08:00:00Z,Ann,Sales,CRM,0.3,\n\
    c,Check,2024-01-03T14:00:00Z,Bob,Desk,ERP,0.3,\n\
    c,Pay,2024-01-04T10:00:00Z,Cid,Clerk,ERP,0.3,\n\
    d,Order,2024-01-04T08:00:00Z,Ann,Sales,CRM,0,\n\
    d,Check,2024-01-04T09:00:00Z,Bob,Desk,ERP,0,P4\n\
    d,Approve,2024-01-04T10:00:00Z,Eve,Sales,Chat,0,\n\
    d,Pay,2024-01-08T10:00:00Z,Cid,Finance,ERP,0,\n\
    e,Order,2024-01-05T08:00:00Z,Ann,Sales,CRM,0,\n\
    e,Cancel,2024-01-05T09:00:00Z,Ann,Sales,CRM,0,\n\
    f,Order,2024-01-06T08:00:00Z,Ann,Sales,CRM,,\n\
    f,Check,2024-01-06T09:00:00Z,Bob,Desk,ERP,,P6\n\
    f,Pay,2024-01-06T10:00:00Z,Cid,Finance,CRM,,\n";

const FLOW: &str = "flow: orders\n\
    case: {start: [order], end: [pay], cancel: [cancel]}\n\
    calendar: {zone: UTC, week: {mon-fri: [\"09:00-17:00\"]}}\n\
    steps:\n\
    \x20 order:   {system: crm, role: [sales], sla: 1bd}\n\
    \x20 check:   {system: erp, role: [desk], sla: 4h, needs: [po]}\n\
    \x20 approve: {system: chat, role: [sales], when: \"discount > 0.1\"}\n\
    \x20 pay:     {system: erp, role: [finance], cutoff: \"16:00\"}\n\
    \x20 cancel:  {}\n\
    path:\n\
    \x20 - order\n\
    \x20 - check\n\
    \x20 - opt: {when: \"discount > 0.1\", body: [approve]}\n\
    \x20 - pay\n\
    rules:\n\
    \x20 - {id: four_eyes, kind: different_person, steps: [check, pay]}\n\
    \x20 - {id: quick, kind: max_time, from: order, to: pay, limit: 3d}\n\
    \x20 - {id: paid_once, kind: exactly, step: pay}\n\
    \x20 - {id: before, kind: precedence, first: approve, then: pay, when: \"discount > 0.1\"}\n";

fn files(folder: &tempfile::TempDir, flow: &str, ending: &str) -> [String; 2] {
    let (log, model) = (folder.path().join("orders.csv"), folder.path().join(format!("flow.{ending}")));
    std::fs::write(&log, ORDERS).unwrap();
    std::fs::write(&model, flow).unwrap();
    [log.to_str().unwrap().to_owned(), model.to_str().unwrap().to_owned()]
}

fn held(flow: &str, ending: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let [log, model] = files(&folder, flow, ending);
    answer(&["deviations", &log, "--official", &model, "--resource", "who", "--role", "role", "--system", "system"])
}

/// Kind, step and rule of each difference, with its cases, in the order of the rules.
fn told(answer: &Value) -> Vec<String> {
    let one = |d: &Value| {
        let text = |name: &str| d[name].as_str().unwrap_or_default().to_owned();
        format!("{} {} {} {}", text("rule"), text("kind"), text("activity"), d["example_cases"])
    };
    let mut all: Vec<String> = answer["deviations"].as_array().unwrap().iter().map(one).collect();
    all.sort();
    all
}

#[test]
fn everything_that_a_definition_demands_is_looked_at() {
    let found = held(FLOW, "yaml");
    assert_eq!(
        told(&found),
        [
            r#"approve.when skipped approve ["c"]"#,
            r#"approve.when wrong_branch approve ["d"]"#,
            r#"before skipped approve ["c"]"#,
            r#"check.needs missing_data check ["c"]"#,
            r#"check.sla too_late check ["c"]"#,
            r#"four_eyes same_person pay ["b"]"#,
            r#"pay.cutoff too_late pay ["b"]"#,
            r#"pay.role wrong_role pay ["c"]"#,
            r#"pay.system wrong_system pay ["f"]"#,
            r#"quick too_late pay ["d"]"#,
        ]
    );
    // Along the path all of them go, the cancelled one up to there; a keeps every rule, and so does e, of which nothing is
    // wanted any more.
    assert_eq!((&found["fitness"]["mean"], &found["conforming_cases"]), (&json!(1.0), &json!(2)));
    assert_eq!(found["official"]["unknown_activities"], json!([]));
    let rules = found["rules"].as_array().unwrap();
    let rule = |id: &str| {
        let rule = rules.iter().find(|rule| rule["id"] == id).unwrap_or_else(|| panic!("no {id}"));
        ["satisfied", "violated", "vacuous", "unknown"].map(|group| rule[group].as_i64().unwrap())
    };
    assert_eq!(rule("four_eyes"), [4, 1, 1, 0]);
    assert_eq!(rule("quick"), [4, 1, 1, 0]);
    assert_eq!(rule("paid_once"), [5, 0, 1, 0]);
    // a needs and has it, c needs it, d has it without need, b and e neither, and nobody knows about f.
    assert_eq!(rule("approve.when"), [1, 2, 2, 1]);
    assert_eq!(rule("before"), [1, 1, 3, 1]);
    assert_eq!(rule("check.needs"), [4, 1, 1, 0]);
    let late = rules.iter().find(|rule| rule["id"] == "order.sla").unwrap();
    // Before the first event of a case there is nothing from which time could be counted.
    assert_eq!((&late["state"], rule("order.sla")), (&json!("evaluated"), [0, 0, 6, 0]));
    let skipped = found["deviations"].as_array().unwrap().iter().find(|d| d["rule"] == "approve.when").unwrap();
    assert_eq!((&skipped["cases"], &skipped["of_cases"], &skipped["share"]), (&json!(1), &json!(2), &json!(0.5)));
    let wrong = found["deviations"].as_array().unwrap().iter().find(|d| d["kind"] == "wrong_role").unwrap();
    let sentence = wrong["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("“pay” was done by “Clerk” instead of “finance” in 1 of 5 such cases"), "{sentence}");
    assert_eq!(wrong["found"], "Clerk");
}

/// By hand, with work from nine to five by UTC, and none on the first of January.
/// sla: from what was before, b worked seven hours and d sixteen, the others four at most. due: the third working day of
/// January is Thursday the 4th, that of February the 5th; d began on the 4th and ended after it. cutoff: b paid at five on a
/// Tuesday, f on a Saturday. worked: a one hour, b eight, c nine, d seventeen, f none. days: d ended on the second day after
/// Thursday. rest: b and f paid before another working day had begun.
#[test]
fn business_time_is_evaluated() {
    let calendar = "{zone: UTC, week: {mon-fri: [\"09:00-17:00\"]}, holidays: [2024-01-01]}";
    let flow = format!(
        "calendar: {calendar}\n\
        steps: {{order: {{}}, check: {{}}, approve: {{}}, pay: {{sla: 6bh, due: bd+3_of_month, cutoff: \"16:00\"}}, cancel: {{}}}}\n\
        case: {{end: [pay], cancel: [cancel], start: [order, check, approve]}}\n\
        rules:\n\
        \x20 - {{id: worked, kind: max_time, from: order, to: pay, limit: 8bh}}\n\
        \x20 - {{id: days, kind: max_time, from: order, to: pay, limit: 1bd}}\n\
        \x20 - {{id: rest, kind: min_time, from: order, to: pay, limit: 1bd}}\n"
    );
    let found = held(&flow, "yaml");
    let expected = [
        r#"days too_late pay ["d"]"#,
        r#"pay.cutoff too_late pay ["b"]"#,
        r#"pay.due too_late pay ["d"]"#,
        r#"pay.sla too_late pay ["b","d"]"#,
        r#"rest too_early pay ["b","f"]"#,
        r#"worked too_late pay ["c","d"]"#,
    ];
    assert_eq!(told(&found), expected);
    let sentence = |id: &str| {
        let all = found["deviations"].as_array().unwrap();
        all.iter().find(|d| d["rule"] == id).unwrap()["sentence"].as_str().unwrap().to_owned()
    };
    assert!(sentence("pay.sla").starts_with("“pay” took more than 6 business hours in 2 of 5 such cases"));
    assert!(sentence("days").starts_with("“pay” came more than 1 business day after “order” in 1 of 5 such cases"));
    assert!(sentence("pay.due").starts_with("“pay” was done after working day 3 of the month in 1 of 5 such cases"));
    assert_eq!(found["official"]["remarks"].as_array().unwrap().len(), 0, "{found}");
    // Days that are in a file are not known: what needs them is not told, and the cut-off says what it does not look at.
    let by_file = held(&flow.replace("[2024-01-01]", "days.csv"), "yaml");
    assert_eq!(told(&by_file), [r#"pay.cutoff too_late pay ["b"]"#]);
    let remarks: Vec<&str> =
        by_file["rules"].as_array().unwrap().iter().map(|rule| rule["remark"].as_str().unwrap_or_default()).collect();
    let of_file = |remark: &&&str| remark.contains("the holidays are in a file `days.csv`");
    assert_eq!(remarks.iter().filter(of_file).count(), 6, "{remarks:?}");
    assert_eq!(by_file["official"]["remarks"][0]["element"], "calendar.holidays");
}

#[test]
fn rules_alone_are_a_flow_too() {
    let table = "rule,step,other,limit,roles,needs\n\
        response,Order,Pay,,,\nabsent,Approve,,,,\nmin_time,Order,Pay,3h,,\nrole_in,Pay,,,Finance|Clerk,\n\
        starts,Order,,,,\nxor,Pay,Cancel,,,\nrequired_data,Check,,,,po\nno_event_after,Cancel,,,,\n";
    let found = held(table, "csv");
    let expected = [
        r#"absent(Approve) extra Approve ["a","d"]"#,
        r#"min_time(Order, Pay) too_early Pay ["f"]"#,
        r#"required_data(Check) missing_data Check ["c"]"#,
        r#"response(Order, Pay) skipped Pay ["e"]"#,
    ];
    assert_eq!(told(&found), expected);
    assert_eq!((&found["evaluated_cases"], &found["conforming_cases"]), (&json!(6), &json!(1)));
    assert_eq!((&found["fitness"]["mean"], &found["precision"]), (&Value::Null, &Value::Null));
    assert_eq!(found["official"]["notation"], "csv");
}

#[test]
fn faults_are_told_with_file_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let [log, model] = files(&folder, "steps:\n  a: {sla: 8bh}\n  b: {}\npath: [a, c]\n", "yaml");
    let told = answer_or_error(&["deviations", &log, "--official", &model]).unwrap_err();
    for part in [
        "flow.yaml:2:12: `sla: 8bh` of step a counts business time",
        "flow.yaml:3:3: step `b` can never be reached",
        "flow.yaml:4:11: the path has a step `c`",
        "hint: mend these places",
    ] {
        assert!(told.contains(part), "{told}");
    }
}

#[test]
fn frequent_paths_become_a_definition() {
    let folder = tempfile::tempdir().unwrap();
    let [log, _] = files(&folder, "", "yaml");
    for name in ["promoted.yaml", "promoted.bpmn", "promoted.pnml"] {
        let path = folder.path().join(name);
        let path = path.to_str().unwrap();
        // Order, Check, Pay three times; with approval twice.
        let output = run(&["discover", &log, "--variants", "2", "-o", path]);
        assert!(output.status.success(), "{output:?}");
        let held = answer(&["deviations", &log, "--official", path]);
        assert_eq!((&held["cases"], &held["conforming_cases"]), (&json!(6), &json!(5)), "{name}");
    }
    let happy = String::from_utf8(run(&["discover", &log, "--variants", "1"]).stdout).unwrap();
    assert!(happy.contains("path:\n  - order\n  - check\n  - pay"), "{happy}");
}

#[test]
fn a_definition_goes_the_way_of_a_diagram() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let put = |query: &str, text: &str| {
        let address = format!("/api/v1/flows/orders/official-flow{query}");
        server.call("PUT", &address).body("text/plain", text).send()
    };
    assert_eq!(put("?name=f.yaml", "path: [a]").problem(422), "unusable_model");
    let endless = "steps: {A: {}}\npath: [{loop: {body: [A], max: 9000}}]\n";
    assert_eq!(put("?name=f.yaml", endless).problem(422), "unusable_model");
    let first = put("?name=orders.yaml&replaces=0", FLOW).json();
    assert_eq!(
        (&first["notation"], &first["state"], &first["version"]),
        (&json!("yaml"), &json!("single_user"), &json!(1))
    );
    assert_eq!(first["definition"]["steps"][3]["role"], json!(["finance"]));
    let found = server.get("/api/v1/flows/orders/deviations").json();
    assert!(found["deviations"].as_array().unwrap().iter().any(|d| d["kind"] == "missing_data"), "{found}");
    // Rules are in the tables, too.
    let query = json!({"sql": "SELECT kind, count(*) AS n FROM deviations WHERE kind = 'missing_data' GROUP BY kind"});
    let rows = server.call("POST", "/api/v1/flows/orders/sql").json(&query).send().json();
    assert_eq!(rows["rows"], json!([["missing_data", 1]]));
    // It can be taken away as a diagram and as a net, which allow the same.
    for ending in ["bpmn", "pnml"] {
        let taken = server.get(&format!("/api/v1/flows/orders/official-flow.{ending}"));
        assert_eq!(taken.status, 200);
        let again = put(&format!("?name=again.{ending}"), &taken.text()).json();
        assert_eq!(again["notation"], json!(ending));
        let held = server.get("/api/v1/flows/orders/deviations").json();
        // Without words for cancelling, e differs.
        assert_eq!(held["conforming_cases"], json!(5), "{ending}");
    }
}

#[test]
fn a_case_is_judged_by_the_version_that_was_valid_when_it_started() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let put = |query: &str, text: &str| {
        let address = format!("/api/v1/flows/orders/official-flow{query}");
        server.call("PUT", &address).body("text/plain", text).send().json()
    };
    let two = "steps: {Order: {}, Pay: {}, Check: {}, Approve: {}, Cancel: {}}\ncase: {cancel: [Cancel]}\n";
    put("?name=one.yaml&valid_from=2024-01-02", &format!("{two}path: [Order, Check, {{opt: Approve}}, Pay]\n"));
    put("?name=two.yaml&valid_from=2024-01-04", &format!("{two}path: [Order, Check, Approve, Pay]\n"));
    let found = server.get("/api/v1/flows/orders/deviations").json();
    // a started before any version; b and c follow the first; d, e follow the second, f lacks the approval.
    let versions: Vec<&Value> =
        found["official"]["versions"].as_array().unwrap().iter().map(|version| &version["cases"]).collect();
    assert_eq!(versions, [2, 3]);
    assert_eq!(
        (&found["cases"], &found["evaluated_cases"], &found["conforming_cases"]),
        (&json!(6), &json!(5), &json!(4))
    );
    assert_eq!((&found["official"]["cases_before"], &found["evaluation"]["not_evaluated"]), (&json!(1), &json!(1)));
    assert_eq!(told(&found), [r#" skipped Approve ["f"]"#]);
    // One version for all of them, if it is asked for.
    let second = server.get("/api/v1/flows/orders/deviations?official=2").json();
    assert_eq!((&second["evaluated_cases"], &second["conforming_cases"]), (&json!(6), &json!(3)));
}

#[test]
fn versions_are_proposed_approved_and_compared() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let put = |query: &str, text: &str| {
        let address = format!("/api/v1/flows/orders/official-flow{query}");
        server.call("PUT", &address).body("text/plain", text).send()
    };
    let first = "flow: o\nsteps:\n  order: {role: [sales]}\n  pay: {}\npath: [order, pay]\n";
    let second = "flow: o\nsteps:\n  order: {role: [sales, desk]}\n  pay: {sla: 2d}\npath: [order, pay]\n";
    assert_eq!(put("?name=o.yaml", first).json()["version"], 1);
    let proposed = put("?name=o.yaml&propose=true&replaces=1&reason=more%20people", second).json();
    assert_eq!((&proposed["version"], &proposed["state"]), (&json!(2), &json!("proposed")));
    assert_eq!(server.get("/api/v1/flows/orders/official-flow").json()["version"], 1);
    let diff = server.get("/api/v1/flows/orders/official-flow/diff?from=1&to=2").json();
    let change = |part: &str, before: Value, after: &str| json!({"part": part, "before": before, "after": after});
    let changes =
        json!([change("steps.order.role", json!("sales"), "sales, desk"), change("steps.pay.sla", Value::Null, "2d")]);
    assert_eq!((&diff["from"], &diff["to"], &diff["changes"]), (&json!(1), &json!(2), &changes));
    // Who had the first version before them is told what has changed since.
    let late = put("?name=o.yaml&replaces=1", &first.replace("pay", "close"));
    let problem = late.json();
    assert_eq!((late.status, &problem["code"], &problem["diff"]["changes"]), (409, &json!("conflict"), &changes));
    // There is nobody else: the version is labelled so.
    let approve = "/api/v1/flows/orders/official-flow/versions/2/approve?reason=fine";
    let approved = server.call("POST", approve).send().json();
    assert_eq!((&approved["state"], &approved["decision_reason"]), (&json!("single_user"), &json!("fine")));
    assert_eq!(server.get("/api/v1/flows/orders/official-flow").json()["version"], 2);
    assert_eq!(server.call("POST", approve).send().problem(409), "conflict");
    assert_eq!(server.get("/api/v1/flows/orders/official-flow/diff?from=1").problem(400), "bad_parameter");
    let promoted = server.get("/api/v1/flows/orders/promoted-flow?variants=2").json();
    assert!(promoted["definition"].as_str().unwrap().contains("xor"), "{promoted}");
}

#[test]
fn the_page_keeps_text_steps_and_picture_in_step() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let page = server.get("/flows/orders/official?variants=1").text();
    assert!(page.contains("There is no official flow yet") && page.contains("- check"), "{page}");
    let send = |at: &str, parts: &[(&str, &str)]| {
        let body: Vec<String> = parts.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        let call = server.call("POST", &format!("/flows/orders/official{at}"));
        call.header("sec-fetch-site", "same-origin").body("application/x-www-form-urlencoded", body.join("&")).send()
    };
    let text = "steps: {Order: {}, Check: {}, Pay: {}}\npath: [Order, Check, Pay]\n";
    // Tried on the log before it counts: a and d were approved, e was cancelled.
    let tried = send("", &[("do", "try"), ("name", "o.yaml"), ("text", text)]).text();
    assert!(tried.contains("3 cases would differ") && tried.contains("nothing is in force now"), "{tried}");
    assert!(tried.contains("<svg"), "{tried}");
    // A field of a step goes into the text, and a step is added.
    let fields =
        [("do", "steps"), ("name", "o.yaml"), ("text", text), ("step:Pay:role", "Finance"), ("added", "Close")];
    let edited = send("", &fields).text();
    assert!(edited.contains("Pay: {role: [Finance]}") && edited.contains("- Close"), "{edited}");
    let faulty = send("/preview", &[("name", "o.yaml"), ("text", "steps: {a: {}}\npath: [b]")]).text();
    assert!(faulty.contains("o.yaml:2:8: the path has a step `b`") && !faulty.contains("<html"), "{faulty}");
    // Kept, and shown with what it says; who was slower is shown what changed.
    let kept = send("", &[("do", "save"), ("name", "o.yaml"), ("replaces", "0"), ("text", text), ("reason", "agreed")]);
    assert_eq!(kept.status, 303, "{}", kept.text());
    let there = kept.header("location").replace("#diff", "");
    let shown = server.get(&there);
    assert_eq!(shown.status, 200, "{there}");
    let shown = shown.text();
    for part in [
        "Version 1 is the official flow",
        "What version 1 says",
        "steps.Check",
        "agreed",
        "in force by its author alone",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let late = send(
        "",
        &[("do", "save"), ("name", "o.yaml"), ("replaces", "0"), ("text", "rules: [{kind: absent, step: Pay}]")],
    );
    let late = late.text();
    assert!(late.contains("Somebody else was faster") && late.contains("kind: absent"), "{late}");
    let proposed =
        [("do", "propose"), ("name", "o.yaml"), ("replaces", "1"), ("text", "rules: [{kind: absent, step: Pay}]")];
    send("", &proposed);
    let waiting = server.get("/flows/orders/official").text();
    assert!(waiting.contains("One proposal waits for a decision") && waiting.contains("Approve"), "{waiting}");
    // The text begins with what is in force, says so, and follows the newest version.
    let told = "waits for a decision; this page begins with version 1.";
    for part in ["[Order, Check, Pay]", "name=\"replaces\" value=\"2\"", told, "/flows/orders/official?start=2"] {
        assert!(waiting.contains(part), "{part}: {waiting}");
    }
    let begun = server.get("/flows/orders/official?start=2").text();
    assert!(begun.contains("kind: absent, step: Pay") && !begun.contains(told), "{begun}");
    let link = waiting.split("href=\"").find(|rest| rest.contains("What it changed")).unwrap();
    let link = link.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&").replace("#diff", "");
    assert_eq!(server.get(&link).status, 200, "{link}");
    send("/versions/2", &[("do", "reject"), ("reason", "too strict")]);
    let rejected = server.get("/flows/orders/official").text();
    for part in ["too strict", "[Order, Check, Pay]", "name=\"replaces\" value=\"2\""] {
        assert!(rejected.contains(part), "{part}: {rejected}");
    }
    // Fields count whichever button is used; those that nobody touched do not undo the text.
    let fields = [
        ("do", "save"),
        ("name", "o.yaml"),
        ("replaces", "2"),
        ("text", text),
        ("step:Pay:role", "Finance"),
        ("was:Pay:role", ""),
        ("step:Check:role", "Desk"),
        ("was:Check:role", "Desk"),
    ];
    assert_eq!(send("", &fields).status, 303);
    let now = server.get("/api/v1/flows/orders/official-flow").json();
    let steps = json!({"Check": [], "Order": [], "Pay": ["Finance"]});
    let kept = now["definition"]["steps"].as_array().unwrap();
    for step in kept {
        let role = step.get("role").cloned().unwrap_or_else(|| json!([]));
        assert_eq!(role, steps[step["name"].as_str().unwrap()], "{now}");
    }
    // Where the text is not sound, they wait.
    let waits = [("name", "o.yaml"), ("text", "path: ["), ("step:Pay:role", "Finance"), ("added", "Close")];
    let waits = send("/preview", &waits).text();
    for part in ["name=\"step:Pay:role\"", "value=\"Finance\"", "value=\"Close\""] {
        assert!(waits.contains(part), "{part}: {waits}");
    }
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[test]
fn a_definition_is_turned_into_other_forms_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let [log, model] = files(&folder, FLOW, "yaml");
    for name in ["flow.bpmn", "flow.pnml"] {
        let path = folder.path().join(name);
        let path = path.to_str().unwrap();
        assert!(run(&["official", &model, "-o", path]).status.success());
        let held = answer(&["deviations", &log, "--official", path]);
        assert_eq!(held["conforming_cases"], 5, "{name}");
    }
    assert_eq!(run(&["official", &model]).status.code(), Some(2));
}
