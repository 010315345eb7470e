//! The borders of the house: which room may know which, where each engine lives, how long files may be.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut waiting = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(current) = waiting.pop() {
        for entry in std::fs::read_dir(&current).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The room of a source file: its first folder or file name below `src`.
fn room(name: &str) -> &str {
    let inside = name.trim_start_matches("src/");
    inside.split('/').next().unwrap().trim_end_matches(".rs")
}

/// Who may know whom: `model ← mining, map, chart ← ingest, store, query ← app ← cli, web`.
const MAY_KNOW: [(&str, &[&str]); 12] = [
    ("model", &[]),
    ("mining", &["model"]),
    ("map", &["model"]),
    ("chart", &["model"]),
    ("config", &[]),
    ("ingest", &["model", "mining"]),
    ("store", &["model"]),
    ("query", &["model", "mining"]),
    ("app", &["config", "ingest", "map", "mining", "model", "query", "store"]),
    ("cli", &["app", "config", "ingest", "map", "model", "query", "store", "web"]),
    ("web", &["app", "config", "ingest", "map", "model", "query", "store"]),
    ("main", &["cli"]),
];

#[test]
fn imports_point_one_way() {
    let mut wrong = Vec::new();
    for (name, text) in files("src", "rs") {
        let room = room(&name);
        if room == "lib" {
            continue;
        }
        let (_, known) = MAY_KNOW.iter().find(|(at, _)| *at == room).unwrap_or_else(|| panic!("{name}: a new room"));
        for (number, line) in text.lines().enumerate() {
            for part in line.split("crate::").skip(1).filter(|_| !line.trim_start().starts_with("//")) {
                let to = part.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap();
                if !to.is_empty() && to != room && !known.contains(&to) {
                    wrong.push(format!("{name}:{}: {room} must not know {to}", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn engines_stay_in_their_rooms() {
    let homes = [
        ("polars", "ingest"),
        ("datafusion", "query"),
        ("rusqlite", "store"),
        ("axum", "web"),
        ("hyper", "web"),
        ("clap", "cli"),
    ];
    for (name, text) in files("src", "rs") {
        for (engine, home) in homes {
            let used = text.lines().any(|line| {
                let line = line.trim_start();
                !line.starts_with("//")
                    && (line.contains(&format!("use {engine}::")) || line.contains(&format!(" {engine}::")))
            });
            let at_home = room(&name) == home || (engine == "clap" && room(&name) == "main");
            assert!(!used || at_home, "{name}: {engine} lives in {home}");
        }
    }
}

#[test]
fn files_and_lines_stay_short() {
    for (name, text) in files("src", "rs").into_iter().chain(files("tests", "rs")) {
        let lines = text.lines().count();
        assert!(lines <= 450, "{name} has {lines} lines");
    }
}

#[test]
fn every_query_has_its_worked_example() {
    for (name, _) in files("queries", "sql").iter().filter(|(name, _)| !name.contains("/views/")) {
        assert!(root().join(name).with_extension("slt").exists(), "{name} has no .slt beside it");
    }
    for (name, _) in files("queries", "slt") {
        assert!(root().join(&name).with_extension("sql").exists(), "{name} has no .sql beside it");
    }
}

#[test]
fn sql_stays_in_queries() {
    for (name, text) in files("src", "rs") {
        let code = text.split("#[cfg(test)]").next().unwrap();
        // The catalog's own statements are its storage, not questions about flows.
        let exempt = name.starts_with("src/store/catalog") || name.starts_with("src/cli");
        let found = code.lines().find(|line| line.contains("\"SELECT ") || line.contains("\"WITH "));
        assert!(exempt || found.is_none(), "{name}: {}", found.unwrap_or_default());
    }
}

#[test]
fn the_catalogue_document_is_fresh() {
    let output = crate::support::run(&["check", "--catalogue"]);
    let fresh = String::from_utf8(output.stdout).unwrap();
    let kept = std::fs::read_to_string(root().join("docs/kpi.md")).unwrap_or_default();
    assert_eq!(fresh.trim(), kept.trim(), "run: throughline check --catalogue > docs/kpi.md");
}

#[test]
fn commands_of_the_readme_exist() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let help = String::from_utf8(crate::support::run(&["--help"]).stdout).unwrap();
    for line in readme.lines().filter_map(|line| line.trim().strip_prefix("throughline ")) {
        let command = line.split(' ').next().unwrap();
        assert!(help.contains(&format!("\n  {command} ")) || command.starts_with('-'), "README: no command {command}");
    }
    assert!(Path::new(&root().join("config.example.toml")).exists());
}
