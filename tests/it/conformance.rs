//! Logs held against models: fitness, share of fitting cases and precision equal the known answers, and alignments are
//! much faster than those of the tool that computed the answers.

use crate::api::reading::block_on;
use crate::support::{answer, run, shared};
use serde_json::Value;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use throughline::app::{App, Asked, OfficialModel, Target};
use throughline::config::Config;
use throughline::ingest::Progress;
use throughline::mining::align::{Limits, Question, align, fitness_of_log, precision};
use throughline::mining::discover::discover;
use throughline::mining::net::Net;
use throughline::model::filter::Filter;
use throughline::model::mapping::{Lifecycle, MappingOptions};

/// What models should show where the known answer has nothing, or is known to be wrong.
enum Known {
    /// A log that was made with this model fits it.
    Fits,
    /// PM4Py's own walk through silent moves forgets markings (it keeps one for each transition), so that it finds fewer
    /// steps that would be allowed next. Walking them all gives this precision.
    Precision(f64),
}

fn known(model: &str) -> Option<Known> {
    match model {
        "synthetic-pharmacy/Pharmacy.bpmn" => Some(Known::Fits),
        "helpdesk/model.pnml" => Some(Known::Precision(0.699_632)),
        _ => None,
    }
}

struct Log {
    app: App,
    target: Target,
    _folder: tempfile::TempDir,
}

fn read(folder: &str, oracle: &Value) -> Log {
    let data = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.data.dir = data.path().join("data");
    let app = App::open(config, None).unwrap();
    let mut file = shared(folder).join(oracle["file"].as_str().unwrap());
    if folder == "repair-example" {
        file = completions_only(file, &data);
    }
    let words = oracle["read_with"]["options"].as_array().unwrap();
    let option = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        Some(words[at + 1].as_str().unwrap().to_owned())
    };
    let options = MappingOptions {
        case: option("--case"),
        activity: option("--activity"),
        timestamp: option("--timestamp"),
        start: option("--start"),
        resource: option("--resource"),
        // The known answer counts completions where there are starts, too.
        lifecycle: if oracle["primary_view"] == "complete" { Lifecycle::Merge } else { Lifecycle::Keep },
        ..MappingOptions::default()
    };
    let (target, _) = app.target_file(&file, &options, &Progress::default()).unwrap();
    Log { app, target, _folder: data }
}

/// One start of this log has no completion and would stay an event of its own.
fn completions_only(file: PathBuf, folder: &tempfile::TempDir) -> PathBuf {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap()).read_to_string(&mut text).unwrap();
    let kept = |part: &str| {
        let (before, event) = part.split_once("<event>").unwrap_or((part, ""));
        if event.contains("lifecycle:transition\" value=\"start\"") {
            before.to_owned()
        } else {
            format!("{part}</event>")
        }
    };
    let mut parts: Vec<&str> = text.split("</event>").collect();
    let rest = parts.pop().unwrap();
    let path = folder.path().join("completions.xes");
    std::fs::write(&path, parts.into_iter().map(kept).collect::<String>() + rest).unwrap();
    path
}

fn check(folder: &str) {
    let text = std::fs::read_to_string(shared(folder).join("oracle.json")).unwrap();
    let oracle: Value = serde_json::from_str(&text).unwrap();
    let Log { app, target, _folder } = read(folder, &oracle);
    let (mut ours, mut theirs) = (0.0, 0.0);
    for (model, truth) in oracle["models"].as_object().unwrap() {
        let name = format!("{folder}/{model}");
        let official = Arc::new(OfficialModel::read_file(&shared(&name)).unwrap());
        let asked = Asked { target: target.clone(), filter: Filter::default() };
        let found = block_on(app.deviations(&asked, &official)).unwrap();
        assert_eq!(found.evaluation.computed, found.cases, "{name}");
        let of_all: i64 = found.deviations.iter().map(|deviation| deviation.cases).max().unwrap_or_default();
        assert!(of_all <= found.cases - found.conforming_cases, "{name}");
        let known = known(&name);
        if matches!(known, Some(Known::Fits)) {
            assert_eq!(found.conforming_share, Some(1.0), "{name}");
        }
        let number = |value: &Value| value.as_f64();
        let alignments = &truth["alignments"];
        let close = |what: &str, ours: Option<f64>, theirs: Option<f64>, by: f64| {
            let Some(theirs) = theirs else { return };
            assert!(ours.is_some_and(|ours| (ours - theirs).abs() <= by), "{name}: {what} is {ours:?}, not {theirs}");
        };
        close("mean fitness", found.fitness.mean, number(&alignments["average_trace_fitness"]), 1e-6);
        close("log fitness", found.fitness.log, number(&alignments["log_fitness"]), 1e-3);
        let share = number(&alignments["percentage_of_fitting_traces"]).map(|percent| percent / 100.0);
        close("share", found.conforming_share, share, 1e-12);
        match known {
            Some(Known::Precision(precision)) => close("precision", found.precision, Some(precision), 1e-6),
            _ => close("precision", found.precision, number(&truth["precision_token_based"]), 0.02),
        }
        if let (Some(replayed), true) = (found.token_replay, alignments["seconds"].is_number()) {
            let theirs = &truth["token_based_replay"];
            let share = number(&theirs["percentage_of_fitting_traces"]).map(|percent| percent / 100.0);
            // Where a path fits, both ways of looking agree.
            if alignments["percentage_of_fitting_traces"] == theirs["percentage_of_fitting_traces"] {
                close("share by replay", Some(replayed.fitting_share), share, 1e-12);
            }
            // PM4Py's search for silent ways decides which tokens are lent; on a net full of them it finds longer ones.
            let by = if name == "receipt/model.pnml" { 0.05 } else { 0.02 };
            close("replay", Some(replayed.mean), number(&theirs["average_trace_fitness"]), by);
            close("replay of the log", Some(replayed.log), number(&theirs["log_fitness"]), by);
        }
        if let Some(seconds) = number(&alignments["seconds"]) {
            theirs += seconds;
            ours += seconds_of(&target, &official);
        }
    }
    check_discovery(folder, &target, &oracle["models"]["model.pnml"]);
    // Some of their times are rounded to nothing.
    assert!(ours <= theirs / 50.0 + 0.05, "{folder}: {ours} s against {theirs} s");
}

/// What the miner finds: without a noise threshold every case fits; with PM4Py's threshold the model is as good as PM4Py's.
fn check_discovery(folder: &str, target: &Target, truth: &Value) {
    let names: Vec<&str> = target.snapshot.names("activity").iter().flatten().collect();
    let table = target.snapshot.variants().unwrap();
    let cases = table.cases.iter().map(|cases| *cases as u64);
    let paths: Vec<(&[i32], u64)> = table.paths.iter().map(Vec::as_slice).zip(cases).collect();
    let of = |net: &Net| {
        let question = Question { net, activities: &names, paths: &table.paths, finished: true };
        let answer = align(&question, &Limits::default()).unwrap();
        let rows = paths.iter().zip(&answer.outcomes).map(|((path, cases), outcome)| (path.len(), *cases, outcome));
        let fitness = fitness_of_log(rows, answer.cheapest);
        (fitness, precision(net, &names, &paths, Duration::from_secs(60)).unwrap())
    };
    let (all, _) = of(&discover(paths.iter().copied(), 0.0).net(&names));
    assert_eq!((all.mean, all.conforming), (Some(1.0), paths.iter().map(|(_, cases)| cases).sum()), "{folder}");
    let theirs = OfficialModel::read_file(&shared(folder).join("model.pnml")).unwrap().net(&names).unwrap().0;
    let (ours, our_precision) = of(&discover(paths.iter().copied(), 0.2).net(&names));
    let their_fitness = truth["alignments"]["average_trace_fitness"].as_f64().unwrap();
    assert!(ours.mean.unwrap() > their_fitness - 0.03, "{folder}: {ours:?} against {their_fitness}");
    let (_, their_precision) = of(&theirs);
    assert!(our_precision > their_precision - 0.03, "{folder}: {our_precision} against {their_precision}");
}

/// Seconds for aligning all paths on one core.
fn seconds_of(target: &Target, official: &OfficialModel) -> f64 {
    let names: Vec<&str> = target.snapshot.names("activity").iter().flatten().collect();
    let table = target.snapshot.variants().unwrap();
    let (net, _) = official.net(&names).unwrap();
    let question = Question { net: &net, activities: &names, paths: &table.paths, finished: true };
    let begun = Instant::now();
    let answer = align(&question, &Limits { threads: 1, ..Limits::default() }).unwrap();
    assert_eq!(answer.outcomes.len(), table.paths.len());
    begun.elapsed().as_secs_f64()
}

macro_rules! logs {
    ($($name:ident: $folder:literal),* $(,)?) => {
        $(#[test] fn $name() { check($folder) })*

        /// No log that comes with a model is left out of the list above.
        #[test]
        fn every_model_with_a_known_answer_is_tested() {
            let mut tested = vec![$($folder),*];
            tested.sort_unstable();
            let has_models = |name: &String| {
                let text = std::fs::read_to_string(shared(name).join("oracle.json")).unwrap_or_default();
                serde_json::from_str::<Value>(&text).is_ok_and(|oracle| oracle["models"].is_object())
            };
            let folders = std::fs::read_dir(shared("")).unwrap();
            let names = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let mut found: Vec<String> = names.filter(has_models).collect();
            found.sort_unstable();
            assert_eq!(tested, found);
        }
    };
}

logs! {
    bpic2013_incidents: "bpic2013-incidents",
    bpic2020_domestic: "bpic2020-domestic",
    bpic2020_rfp: "bpic2020-rfp",
    helpdesk: "helpdesk",
    loan_app: "loan-app",
    patients: "patients",
    purchasing_example: "purchasing-example",
    receipt: "receipt",
    repair_example: "repair-example",
    reviewing: "reviewing",
    road_fines_100: "road-fines-100",
    running_example: "running-example",
    servicenow_incidents: "servicenow-incidents",
    synthetic_a12: "synthetic-a12",
    synthetic_a32: "synthetic-a32",
    synthetic_insurance_claims: "synthetic-insurance-claims",
    synthetic_pharmacy: "synthetic-pharmacy",
    synthetic_procure_to_pay: "synthetic-procure-to-pay",
}

/// Every diagram and net among the shared files is read.
#[test]
fn every_shared_model_is_read() {
    let mut read = 0;
    for folder in std::fs::read_dir(shared("")).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir())
    {
        for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|ending| ending == "bpmn" || ending == "pnml") {
                let model = OfficialModel::read_file(&file).unwrap();
                let (net, _) = model.net(&[]).unwrap();
                assert!(!net.labels().is_empty(), "{}", file.display());
                read += 1;
            }
        }
    }
    assert!(read >= 50, "{read}");
}

#[test]
fn the_command_tells_what_differs() {
    let file = |name: &str| shared(name).to_str().unwrap().to_owned();
    let (log, model) = (file("running-example/running-example.csv"), file("running-example/running-example.bpmn"));
    let fits = answer(&["deviations", &log, "--official", &model]);
    assert_eq!((&fits["conforming_cases"], &fits["deviations"]), (&fits["cases"], &Value::Array(Vec::new())));
    let (log, model) = (file("patients/patients.csv"), file("patients/model.pnml"));
    let words = ["deviations", &log, "--official", &model, "--case", "patient", "--activity", "handling"];
    let told = answer(&words);
    assert_eq!((&told["cases"], &told["conforming_cases"]), (&Value::from(500), &Value::from(492)));
    let first = &told["deviations"][0];
    assert!(first["sentence"].as_str().unwrap().ends_with("."), "{first}");
    assert!(
        first["share_low"].as_f64() < first["share"].as_f64() && first["share"].as_f64() < first["share_high"].as_f64()
    );
    let text = String::from_utf8(run(&words).stdout).unwrap();
    assert!(text.contains("492 of 500 cases follow model.pnml (98.4 %)"), "{text}");
}

#[test]
fn the_command_finds_a_flow() {
    let data = tempfile::tempdir().unwrap();
    let log = shared("running-example/running-example.csv").to_str().unwrap().to_owned();
    for name in ["flow.bpmn", "flow.pnml"] {
        let path = data.path().join(name);
        let output = run(&["discover", &log, "--noise", "0", "-o", path.to_str().unwrap()]);
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(told.starts_with("->( 'register request', ") && told.contains("6 of 6 cases follow it"), "{told}");
        let held = answer(&["deviations", &log, "--official", path.to_str().unwrap()]);
        assert_eq!(held["conforming_share"], 1.0);
    }
    assert_eq!(run(&["discover", &log, "-o", "flow.doc"]).status.code(), Some(2));
}

#[test]
fn models_that_cannot_be_used_are_refused_by_name() {
    let data = tempfile::tempdir().unwrap();
    let log = shared("running-example/running-example.csv");
    let refused = |text: &str, expected: &str| {
        let path = data.path().join("model.bpmn");
        std::fs::write(&path, text).unwrap();
        let words = ["deviations", log.to_str().unwrap(), "--official", path.to_str().unwrap()];
        let output = run(&words);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && told.contains(expected) && told.contains("hint:"), "{told}");
    };
    refused("<definitions><process id='p'>", "<process> is never closed");
    refused("<Package/>", "the file begins with <Package>");
    let stuck = "<definitions><process id='p'><startEvent id='s'/><exclusiveGateway id='x'/><task id='a' name='A'/>\
        <task id='b' name='B'/><parallelGateway id='j' name='both done'/><sequenceFlow id='1' sourceRef='s' targetRef='x'/>\
        <sequenceFlow id='2' sourceRef='x' targetRef='a'/><sequenceFlow id='3' sourceRef='x' targetRef='b'/>\
        <sequenceFlow id='4' sourceRef='a' targetRef='j'/><sequenceFlow id='5' sourceRef='b' targetRef='j'/>\
        </process></definitions>";
    refused(stuck, "`both done` waits for more than ever comes there together");
}
