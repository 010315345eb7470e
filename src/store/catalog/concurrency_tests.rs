//! Tests with several handles on one catalog file, as server and command line have, and of files left by a crash.

use super::test_support::{catalog, commit, flow_name, new_import, running_import};
use super::{Catalog, CatalogError, ImportState, Role, SessionTimes};
use std::path::PathBuf;
use std::sync::Barrier;
use std::time::Duration;

/// Runs the same work in several threads, each with a handle of its own, all released at once.
fn race<T: Send>(path: &std::path::Path, threads: usize, work: impl Fn(usize, &Catalog) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(threads);
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|number| {
                let (barrier, work) = (&barrier, &work);
                scope.spawn(move || {
                    let catalog = Catalog::open(path).unwrap();
                    barrier.wait();
                    work(number, &catalog)
                })
            })
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn many_may_open_a_file_that_does_not_exist_yet() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let path: PathBuf = folder.path().join("catalog.sqlite");
        let barrier = Barrier::new(6);
        std::thread::scope(|scope| {
            for number in 0..6 {
                let (barrier, path) = (&barrier, &path);
                scope.spawn(move || {
                    barrier.wait();
                    let catalog = Catalog::open(path).unwrap();
                    catalog.create_flow("test", &flow_name(&format!("flow-{number}")), "Flow").unwrap();
                });
            }
        });
        assert_eq!(Catalog::open(&path).unwrap().list_flows().unwrap().len(), 6);
    }
}

#[test]
fn two_handles_write_in_turn_and_lose_nothing() {
    let (catalog, _folder) = catalog();
    catalog.create_flow("test", &flow_name("orders"), "Orders").unwrap();
    let before = catalog.revision().unwrap();
    race(catalog.path(), 2, |_, handle| {
        for _ in 0..50 {
            handle.new_import("test", "orders", &new_import('1')).unwrap();
        }
    });
    assert_eq!(catalog.list_imports("orders", None, 0).unwrap().len(), 100);
    assert_eq!(catalog.revision().unwrap(), before + 100);
}

#[test]
fn one_import_is_started_by_exactly_one() {
    let (catalog, _folder) = catalog();
    catalog.create_flow("test", &flow_name("orders"), "Orders").unwrap();
    for _ in 0..10 {
        let id = catalog.new_import("test", "orders", &new_import('1')).unwrap().id;
        let started = race(catalog.path(), 4, |_, handle| handle.start_import("test", &id).is_ok());
        assert_eq!(started.into_iter().filter(|started| *started).count(), 1);
    }
}

#[test]
fn of_two_commits_on_the_same_state_one_wins_and_the_other_is_told() {
    let (catalog, _folder) = catalog();
    catalog.create_flow("test", &flow_name("orders"), "Orders").unwrap();
    for round in 0..10_u32 {
        let imports = [running_import(&catalog, "orders", '1'), running_import(&catalog, "orders", '2')];
        let expected = (round > 0).then_some(round);
        let results = race(catalog.path(), 2, |number, handle| {
            commit(handle, "orders", expected, &imports[number], &format!("v{round}-{number}"))
        });
        let numbers: Vec<u32> = results.iter().filter_map(|result| result.as_ref().ok().copied()).collect();
        assert_eq!(numbers, [round + 1]);
        let refused = results.iter().filter(|result| matches!(result, Err(CatalogError::Conflict { .. }))).count();
        assert_eq!(refused, 1, "{results:?}");
    }
    assert_eq!(catalog.list_versions("orders").unwrap().len(), 10);
}

#[test]
fn a_sign_in_code_is_redeemed_by_exactly_one() {
    let (catalog, _folder) = catalog();
    let token = catalog.create_token("test", "ann", Role::Viewer, None).unwrap();
    let hour = Duration::from_secs(3600);
    let times = SessionTimes { idle: hour, longest: hour };
    for _ in 0..20 {
        let code = catalog.create_sign_in_code("test", &token.id, hour).unwrap();
        let sessions =
            race(catalog.path(), 2, |_, handle| handle.redeem_sign_in_code(code.code.expose(), times).unwrap());
        let winners: Vec<_> = sessions.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1);
        assert!(catalog.verify_session(winners[0].expose()).unwrap().is_some());
    }
}

#[test]
fn one_handle_serves_many_threads() {
    let (catalog, _folder) = catalog();
    std::thread::scope(|scope| {
        for number in 0..4 {
            let catalog = &catalog;
            scope.spawn(move || {
                catalog.create_flow("test", &flow_name(&format!("flow-{number}")), "Flow").unwrap();
                assert!(!catalog.list_flows().unwrap().is_empty());
            });
        }
    });
    assert_eq!(catalog.list_flows().unwrap().len(), 4);
}

#[test]
fn what_was_committed_survives_a_process_that_never_closed_the_file() {
    let (catalog, folder) = catalog();
    catalog.create_flow("test", &flow_name("orders"), "Orders").unwrap();
    let done = running_import(&catalog, "orders", '1');
    commit(&catalog, "orders", None, &done, "v1").unwrap();
    let interrupted = running_import(&catalog, "orders", '2');
    // The files exactly as a killed process leaves them: a write-ahead log that was never folded in.
    let after_crash = folder.path().join("after-crash");
    std::fs::create_dir(&after_crash).unwrap();
    for name in ["catalog.sqlite", "catalog.sqlite-wal"] {
        std::fs::copy(folder.path().join(name), after_crash.join(name)).unwrap();
    }
    // A commit was torn in the middle of its last page; it never returned, so it may be lost, and nothing else.
    let wal = after_crash.join("catalog.sqlite-wal");
    let mut torn = std::fs::read(&wal).unwrap();
    torn.extend_from_slice(&[0x5a; 1000]);
    std::fs::write(&wal, torn).unwrap();
    let reopened = Catalog::open(after_crash.join("catalog.sqlite")).unwrap();
    assert_eq!(reopened.newest_version("orders").unwrap().unwrap().imports, [done]);
    let unfinished = reopened.unfinished_imports(Duration::ZERO).unwrap();
    assert_eq!(unfinished.len(), 1);
    assert_eq!((unfinished[0].id.as_str(), unfinished[0].state), (interrupted.as_str(), ImportState::Running));
    let again = reopened.requeue_import("start", &unfinished[0]).unwrap();
    assert_eq!(again.state, ImportState::Queued);
}

#[test]
fn a_catalog_that_stays_locked_is_reported_as_busy() {
    let (catalog, _folder) = catalog();
    let other = Catalog::open(catalog.path()).unwrap();
    // The waiting time is cut here only, so that the test need not wait ten seconds.
    let impatient = |connection: &rusqlite::Connection| {
        connection.busy_timeout(Duration::from_millis(50)).map_err(|error| CatalogError::from_sqlite("wait", error))
    };
    other.read(impatient).unwrap();
    catalog
        .change(|_| {
            let result = other.create_flow("test", &flow_name("x"), "X");
            assert!(matches!(result, Err(CatalogError::Busy)), "{result:?}");
            // Readers are not disturbed.
            assert!(other.list_flows().unwrap().is_empty());
            Ok(())
        })
        .unwrap();
    other.create_flow("test", &flow_name("x"), "X").unwrap();
}
