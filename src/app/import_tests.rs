//! Tests of what becomes of imports when something goes wrong on their way: none is forgotten in the queue.

use crate::app::import::How;
use crate::app::run::{Registered, Runner};
use crate::app::{App, AppError, ImportRequest, Jobs, Received, SourceFile};
use crate::config::Config;
use crate::ingest::Progress;
use crate::model::mapping::MappingOptions;
use crate::store::catalog::{FlowName, ImportRecord, ImportState};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

pub(super) fn app(folder: &Path) -> Arc<App> {
    let mut config = Config::default();
    config.data.dir = folder.to_owned();
    Arc::new(App::open(config, None).unwrap())
}

/// A log of one case.
pub(super) fn csv(case: &str) -> String {
    format!("case,activity,time\n{case},Begin,2024-01-01T08:00:00Z\n{case},End,2024-01-01T09:00:00Z\n")
}

pub(super) fn request(append: bool) -> ImportRequest {
    ImportRequest {
        flow: FlowName::new("orders").unwrap(),
        title: "Orders".to_owned(),
        files: Vec::new(),
        options: MappingOptions::default(),
        append,
        actor: "ann".to_owned(),
    }
}

/// Sends files as a browser does; `damage` may spoil them between arrival and registration.
fn send_damaged(
    app: &App,
    texts: &[&str],
    append: bool,
    damage: impl FnOnce(&[Received]),
) -> Result<Vec<ImportRecord>, AppError> {
    let mut incoming = app.receive().unwrap();
    for (at, text) in texts.iter().enumerate() {
        let path = incoming.next_path();
        std::fs::write(&path, text).unwrap();
        let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        incoming.files.push(Received { name: format!("{at}.csv"), path, bytes: text.len() as u64, hash });
    }
    damage(&incoming.files);
    app.register_received(&incoming, &request(append))
}

pub(super) fn send(app: &App, texts: &[&str], append: bool) -> Vec<ImportRecord> {
    send_damaged(app, texts, append, |_| {}).unwrap()
}

pub(super) fn unfinished(app: &App) -> usize {
    app.store.catalog.unfinished_imports(Duration::ZERO).unwrap().len()
}

pub(super) fn uploads(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("uploads")).unwrap().count()
}

pub(super) fn state(app: &App, import: &ImportRecord) -> ImportState {
    app.store.catalog.get_import(&import.id).unwrap().state
}

/// Runs until nothing waits or runs any more.
pub(super) fn run_out(jobs: &Jobs) {
    let began = Instant::now();
    while jobs.count() > 0 {
        assert!(began.elapsed() < Duration::from_secs(30), "the imports do not end");
        std::thread::sleep(Duration::from_millis(5));
    }
    jobs.finish();
}

#[test]
fn if_one_upload_cannot_be_kept_none_waits() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());
    let lose_the_last = |files: &[Received]| std::fs::remove_file(&files[2].path).unwrap();
    let refused = send_damaged(&app, &[&csv("a"), &csv("b"), &csv("c")], false, lose_the_last);
    assert!(matches!(refused, Err(AppError::Store(_))), "{refused:?}");
    assert_eq!((unfinished(&app), uploads(folder.path())), (0, 0));
    // Nor is there a flow that was made for them.
    assert!(app.flow("orders").is_err());
}

#[test]
fn imports_of_which_one_cannot_start_end_together() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());
    let records = send(&app, &[&csv("a"), &csv("b")], false);
    app.store.catalog.cancel_import("ann", &records[1].id).unwrap();
    let imports: Vec<Registered> = records
        .iter()
        .map(|record| Registered { record: record.clone(), path: app.store.upload(&record.id) })
        .collect();
    let by = Runner { actor: "ann", leaving: &AtomicBool::new(false) };
    let how = How { options: &MappingOptions::default(), append: false, by };
    let progress = Progress::default();
    let work = app.store.begin_work().unwrap();
    let ended = app.settle(&imports, by, &progress, || app.run_registered(&imports, &how, &work, &progress));
    assert!(ended.is_err());
    assert_eq!((state(&app, &records[0]), state(&app, &records[1])), (ImportState::Failed, ImportState::Cancelled));
}

#[test]
fn an_import_that_finds_no_place_to_work_does_not_stay_in_the_queue() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());
    let records = send(&app, &[&csv("a")], false);
    let lock = folder.path().join("work.lock");
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    let jobs = Jobs::start(Arc::clone(&app)).unwrap();
    jobs.enqueue(&records);
    run_out(&jobs);
    let record = app.store.catalog.get_import(&records[0].id).unwrap();
    assert_eq!((record.state, uploads(folder.path())), (ImportState::Failed, 0));
    assert!(record.error.unwrap().contains("work.lock"));
}

#[test]
fn files_sent_together_are_resumed_together() {
    let folder = tempfile::tempdir().unwrap();
    let first = app(folder.path());
    send(&first, &[&csv("old")], false);
    send(&first, &[&csv("a"), &csv("b")], false);
    drop(first);
    let second = app(folder.path());
    run_out(&Jobs::start(Arc::clone(&second)).unwrap());
    let versions = second.store.catalog.list_versions("orders").unwrap();
    assert_eq!(versions.iter().map(|version| version.imports.len()).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn of_files_sent_together_none_is_in_the_log_if_one_fails_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = app(folder.path());
    send(&first, &[&csv("old")], false);
    let records = send(&first, &["{\"no\": \"table\"}", &csv("b")], false);
    drop(first);
    let second = app(folder.path());
    run_out(&Jobs::start(Arc::clone(&second)).unwrap());
    assert_eq!(records.iter().map(|record| state(&second, record)).collect::<Vec<_>>(), [ImportState::Failed; 2]);
    assert_eq!(second.store.catalog.newest_version("orders").unwrap().unwrap().number, 1);
}

#[test]
fn a_restart_does_not_resume_half_of_what_was_sent_together() {
    let folder = tempfile::tempdir().unwrap();
    let first = app(folder.path());
    let (cancelled, lost) = (send(&first, &[&csv("a"), &csv("b")], false), send(&first, &[&csv("c"), &csv("d")], true));
    first.store.catalog.cancel_import("ann", &cancelled[0].id).unwrap();
    std::fs::remove_file(first.store.upload(&lost[1].id)).unwrap();
    drop(first);
    let second = app(folder.path());
    assert!(second.recovered.requeued.is_empty());
    for (import, why) in [(&cancelled[1], "0.csv, which came with it, is cancelled"), (&lost[0], "program ended")] {
        let ended = second.store.catalog.get_import(&import.id).unwrap();
        assert_eq!(ended.state, ImportState::Failed);
        assert!(ended.error.as_deref().unwrap().contains(why), "{:?}", ended.error);
    }
    assert_eq!((unfinished(&second), uploads(folder.path())), (0, 0));
}

#[test]
fn files_sent_together_are_cancelled_together_while_they_wait() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.data.dir = folder.path().to_owned();
    // Nobody takes them out of the queue.
    config.limits.parallel_imports = 0;
    let app = Arc::new(App::open(config, None).unwrap());
    let jobs = Jobs::start(Arc::clone(&app)).unwrap();
    let records = send(&app, &[&csv("a"), &csv("b")], false);
    jobs.enqueue(&records);
    jobs.cancel("ann", &records[1].id).unwrap();
    assert_eq!(records.iter().map(|record| state(&app, record)).collect::<Vec<_>>(), [ImportState::Cancelled; 2]);
    assert_eq!((jobs.count(), uploads(folder.path())), (0, 0));
}

#[test]
fn of_two_that_add_the_same_file_at_once_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder.path().join("data"));
    // Both have looked, and neither has found the file in the log.
    let [first, second] = [(); 2].map(|()| send(&app, &[&csv("a")], true).remove(0));
    let run = |record: &ImportRecord| {
        let imports = [Registered { record: record.clone(), path: app.store.upload(&record.id) }];
        let by = Runner { actor: "ann", leaving: &AtomicBool::new(false) };
        let how = How { options: &MappingOptions::default(), append: true, by };
        let progress = Progress::default();
        let work = app.store.begin_work().unwrap();
        app.settle(&imports, by, &progress, || app.run_registered(&imports, &how, &work, &progress))
    };
    assert_eq!(run(&first).unwrap().version, 1);
    let refused = run(&second);
    assert!(matches!(&refused, Err(error @ AppError::SameFile { .. }) if error.hint().unwrap().contains(&first.id)));
    assert_eq!(state(&app, &second), ImportState::Failed);
    assert_eq!(app.store.catalog.newest_version("orders").unwrap().unwrap().events, 2);
}

#[test]
fn a_failed_import_into_a_new_flow_does_not_take_the_log_of_another_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder.path().join("data"));
    let file = folder.path().join("a.csv");
    std::fs::write(&file, "{\"no\": \"table\"}").unwrap();
    let import = || {
        let files = vec![SourceFile { path: file.clone(), name: "a.csv".to_owned() }];
        app.import(&ImportRequest { files, ..request(false) }, &Progress::default())
    };
    assert!(import().is_err());
    assert!(app.flow("orders").is_err());
    let made = app.flow_for(&request(false).flow, "Orders", "ann").unwrap().unwrap();
    std::fs::write(&file, csv("bob")).unwrap();
    import().unwrap();
    app.forget_unused(&made);
    assert_eq!(app.target("orders").unwrap().version, 1);
}

#[test]
fn nothing_is_registered_while_another_process_clears_up() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder.path().join("data"));
    let file = folder.path().join("a.csv");
    std::fs::write(&file, csv("a")).unwrap();
    let asked = ImportRequest { files: vec![SourceFile { path: file, name: "a.csv".to_owned() }], ..request(false) };
    // As the one who clears up has it; an import without a worker would be failed by it.
    let lock = std::fs::File::create(folder.path().join("data").join("work.lock")).unwrap();
    lock.lock().unwrap();
    std::thread::scope(|scope| {
        let importing = scope.spawn(|| app.import(&asked, &Progress::default()));
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(unfinished(&app), 0);
        lock.unlock().unwrap();
        assert_eq!(importing.join().unwrap().unwrap().version, 1);
    });
}
