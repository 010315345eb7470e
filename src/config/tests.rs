//! Tests of the configuration as a whole: sources, their order, and the messages for what is wrong.

use super::*;
use std::fmt::Write;

fn load_text(text: &str) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    Config::load(Some(&path), std::iter::empty(), with_data())
}

/// Tests must not depend on the home folder of whoever runs them.
fn with_data() -> ConfigOverrides {
    ConfigOverrides { data_dir: Some(PathBuf::from("/data")), ..ConfigOverrides::default() }
}

fn load_variables(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let owned = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(None, owned, with_data())
}

fn faults(result: Result<Config, ConfigError>) -> Vec<String> {
    match result {
        Err(ConfigError::Faults(faults)) => faults
            .into_iter()
            .map(|fault| {
                let file = fault.place.rsplit('/').next().unwrap_or_default().to_owned();
                format!("{file}|{}|{}", fault.message, fault.hint)
            })
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_example_is_exactly_the_defaults() {
    let read: Config = toml::from_str(&Config::example()).unwrap();
    assert_eq!(read, Config::default());
    let mut loaded = load_text(&Config::example()).unwrap();
    loaded.data = DataConfig::default();
    assert_eq!(loaded, Config::default());
}

#[test]
fn the_example_has_every_key_and_no_other() {
    let mut section = String::new();
    let mut found = Vec::new();
    for line in Config::example().lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
        } else if let Some((key, _)) = line.strip_prefix("# ").unwrap_or(line).split_once(" = ")
            && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        {
            found.push(format!("{section}.{key}"));
        }
    }
    let mut expected: Vec<String> = layers::fields_of::<Config>()
        .iter()
        .flat_map(|section| layers::keys_of(section).iter().map(move |key| format!("{section}.{key}")))
        .collect();
    assert_eq!(expected.len(), 1 + 9 + 14 + 1 + 1 + 2);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn every_key_can_be_set_by_a_variable() {
    let default = toml::Table::try_from(Config::default()).unwrap();
    for section in layers::fields_of::<Config>() {
        for key in layers::keys_of(section) {
            let value = match default[*section].get(key) {
                Some(toml::Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None if *key == "currency" => "EUR".to_owned(),
                None => "http://flow.example.org".to_owned(),
            };
            let name = format!("THROUGHLINE__{}__{}", section.to_uppercase(), key.to_uppercase());
            load_variables(&[(&name, &value)]).unwrap();
            assert!(load_variables(&[(&format!("{name}S"), &value)]).is_err(), "{name}S");
        }
    }
}

#[test]
fn the_wrong_key_of_the_fixture_is_named_with_its_place() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/wrongkey.toml"));
    let refused = faults(Config::load(Some(path), std::iter::empty(), with_data()));
    assert_eq!(refused, ["wrongkey.toml:7:1|unknown key \"query_secnds\" in [limits]|did you mean \"query_seconds\"?"]);
}

#[test]
fn later_sources_overrule_earlier_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let text =
        "[data]\ndir = \"/from-file\"\n[server]\nsession_hours = 2\n[log]\nfilter = \"warn\"\nformat = \"json\"\n";
    std::fs::write(&path, text).unwrap();
    let variables = || {
        [("THROUGHLINE_DATA", "/from-variable"), ("THROUGHLINE__LOG__FILTER", "debug"), ("PATH", "/bin")]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let dir = |config: &Config| config.data.dir.to_string_lossy().into_owned();
    let none = ConfigOverrides::default;
    let file = Config::load(Some(&path), std::iter::empty(), none()).unwrap();
    assert_eq!(
        (dir(&file).as_str(), file.log.filter.as_str(), file.log.format),
        ("/from-file", "warn", LogFormat::Json)
    );
    assert_eq!((file.server.session_hours, file.limits.clone()), (2, LimitsConfig::default()));
    let environment = Config::load(Some(&path), variables(), none()).unwrap();
    assert_eq!((dir(&environment).as_str(), environment.log.filter.as_str()), ("/from-variable", "debug"));
    let flags = ConfigOverrides { listen: Some(SocketAddr::from(([127, 0, 0, 1], 80))), ..with_data() };
    let all = Config::load(Some(&path), variables(), flags).unwrap();
    assert_eq!((dir(&all).as_str(), all.log.filter.as_str(), all.log.format), ("/data", "debug", LogFormat::Json));
    assert_eq!((all.server.listen.port(), all.server.session_hours), (80, 2));
}

#[test]
fn all_faults_of_a_file_are_told_at_once() {
    let text = "\
[server]
lissten = \"127.0.0.1:1\"
allow_remote = \"yes\"
listen = 7878
session_hours = 0
[limit]
query_seconds = 1
[limits]
query_seconds = [1]
map_nodes_max = -1
map_edges_max = 99999999999999999999
query_memory_mb = 4096
[log]
format = \"xml\"
";
    let expected = [
        "config.toml:2:1|unknown key \"lissten\" in [server]|did you mean \"listen\"?",
        "config.toml:6:2|unknown section \"limit\"|did you mean \"limits\"?",
        "config.toml:9:1|limits.query_seconds is a list, a table or a date|give a single value",
        "config.toml:5:1|server.session_hours is 0|use 1 to 8784",
        concat!(
            "config.toml:12:1|limits.query_memory_mb is 4096, more than limits.memory_pool_mb (2048)",
            "|lower the one or raise the other"
        ),
    ];
    let found = faults(load_text(text));
    for fault in expected {
        assert!(found.iter().any(|found| found == fault), "{fault} is not in {found:#?}");
    }
    for begin in [
        "3:1|server.allow_remote: ",
        "4:1|server.listen: ",
        "10:1|limits.map_nodes_max: ",
        "11:1|limits.map_edges_max: ",
        "14:1|log.format: ",
    ] {
        assert!(found.iter().any(|found| found.starts_with(&format!("config.toml:{begin}"))), "{begin}: {found:#?}");
    }
    assert_eq!(found.len(), 10, "{found:#?}");
}

#[test]
fn broken_files_are_refused_with_a_place_and_never_a_panic() {
    let check = |text: &str, place: &str| {
        let found = faults(load_text(text));
        assert!(found.iter().any(|fault| fault.starts_with(place)), "{text:?}: {found:?}");
    };
    check("[server\nlisten = 1\n", "config.toml:1:");
    check("[log]\nfilter = \"info\nformat = \"pretty\"\n", "config.toml:2:");
    check("[log]\nfilter = \"a\"\nfilter = \"b\"\n", "config.toml:3:");
    check("server = 3\n", "config.toml:1:1|\"server\" is not a section|write [server]");
    check("[[server]]\nlisten = \"127.0.0.1:1\"\n", "config.toml:1:3|\"server\" is not a section");
    check(
        "x = 1\n",
        "config.toml:1:1|unknown section \"x\"|known are: data, server, limits, money, official_flow, log",
    );
    check("\u{feff}[server]\n# Übung\nlistn = 1\n", "config.toml:3:1|unknown key \"listn\"");
    check(&format!("[log]\nfilter = {}\n", "[".repeat(5000)), "config.toml:2:");
    // Wrong files of the allowed size end soon, whatever they are full of.
    for content in ["[", "{", "a.", "a,b\n", "[x", "\"", "= "] {
        let count = faults(load_text(&format!("a = {}", content.repeat((1 << 18) / content.len() - 10)))).len();
        assert!((1..=101).contains(&count), "{content:?}: {count}");
    }
    let keys: String = (0..20_000).map(|number| format!("k{number} = 1\n")).collect();
    for begin in ["", "[limits]\n"] {
        assert_eq!(faults(load_text(&format!("{begin}{keys}"))).len(), 100);
    }
    assert!(matches!(
        Config::load(Some(Path::new("/nowhere/config.toml")), std::iter::empty(), with_data()),
        Err(ConfigError::Read { .. })
    ));
    let folder = tempfile::tempdir().unwrap();
    for content in [vec![0xff_u8; 10], vec![b'#'; 2 << 20]] {
        let path = folder.path().join("x.toml");
        std::fs::write(&path, content).unwrap();
        let result = Config::load(Some(&path), std::iter::empty(), with_data());
        assert!(matches!(result, Err(ConfigError::Read { .. })), "{result:?}");
    }
}

#[test]
fn variables_are_read_as_their_key_needs() {
    let config = load_variables(&[
        ("THROUGHLINE__SERVER__LISTEN", "[::1]:9000"),
        ("THROUGHLINE__SERVER__BEHIND_TLS", "true"),
        ("THROUGHLINE__SERVER__PUBLIC_URL", "https://flow.example.org:8443"),
        ("THROUGHLINE__LIMITS__ROWS_RETURNED_MAX", "5_000"),
        ("THROUGHLINE__LOG__FILTER", "1"),
        ("THROUGHLINE__LIMITS__QUERY_SECONDS", ""),
        ("THROUGHLINE_COLOUR", "no"),
        ("OTHER__SERVER__LISTEN", "x"),
    ])
    .unwrap();
    assert_eq!((config.server.listen.to_string().as_str(), config.server.behind_tls), ("[::1]:9000", true));
    assert_eq!((config.limits.rows_returned_max, config.limits.query_seconds), (5000, 60));
    assert_eq!(config.log.filter, "1");
    let check = |name: &str, value: &str, fault: &str| {
        let found = faults(load_variables(&[(name, value)]));
        assert!(found.len() == 1 && found[0].starts_with(fault), "{name}: {found:?}");
    };
    check(
        "THROUGHLINE__SERVER__LISTN",
        "x",
        "variable THROUGHLINE__SERVER__LISTN|unknown key \"listn\" in [server]|did",
    );
    check(
        "THROUGHLINE__SERVR__LISTEN",
        "x",
        "variable THROUGHLINE__SERVR__LISTEN|unknown section \"servr\"|did you mean",
    );
    check("THROUGHLINE__SERVER", "x", "variable THROUGHLINE__SERVER|names no key");
    check(
        "THROUGHLINE__LIMITS__QUERY_SECONDS",
        "soon",
        "variable THROUGHLINE__LIMITS__QUERY_SECONDS|limits.query_seconds: ",
    );
    check(
        "THROUGHLINE__LIMITS__QUERY_SECONDS",
        "-5",
        "variable THROUGHLINE__LIMITS__QUERY_SECONDS|limits.query_seconds: ",
    );
    check("THROUGHLINE__LOG__FILTER", "a\u{fffd}", "variable THROUGHLINE__LOG__FILTER|is not UTF-8");
    let two = [("THROUGHLINE_DATA", "/a"), ("THROUGHLINE__DATA__DIR", "/b")];
    assert_eq!(
        faults(load_variables(&two)),
        ["variable THROUGHLINE_DATA|says otherwise than THROUGHLINE__DATA__DIR|set one of them"]
    );
}

#[test]
fn values_are_checked_alone_and_together() {
    let check = |change: fn(&mut Config), key: &str| {
        let mut config = Config { data: DataConfig { dir: "/data".into() }, ..Config::default() };
        config.validate().unwrap();
        change(&mut config);
        match (config.validate(), key) {
            (Ok(()), "") => {}
            (Err(ConfigError::Faults(faults)), key) if !key.is_empty() => {
                assert_eq!(faults.len(), 1, "{faults:?}");
                assert!(faults[0].message.starts_with(key) && !faults[0].hint.is_empty(), "{faults:?}");
            }
            (result, _) => panic!("{key}: {result:?}"),
        }
    };
    check(|config| config.data.dir = PathBuf::new(), "data.dir");
    check(|config| config.data.dir = "~/data".into(), "data.dir");
    check(|config| config.server.listen = SocketAddr::from(([0, 0, 0, 0], 1)), "server.listen");
    check(|config| config.server.listen = SocketAddr::from(([127, 8, 8, 8], 0)), "");
    check(|config| config.server.upload_bytes_max = u64::MAX, "server.upload_bytes_max");
    check(|config| config.server.request_seconds = 109, "server.request_seconds");
    check(|config| config.server.request_seconds = 110, "");
    check(|config| config.server.unpacked_bytes_max = 0, "server.unpacked_bytes_max");
    check(|config| config.server.header_seconds = 0, "server.header_seconds");
    check(|config| config.limits.query_memory_mb = 2049, "limits.query_memory_mb");
    check(|config| config.limits.memory_pool_mb = u64::MAX, "limits.memory_pool_mb");
    check(|config| config.limits.parallel_queries = 0, "limits.parallel_queries");
    check(|config| config.limits.result_cache_mb = 0, "");
    check(|config| config.limits.answer_mb = 0, "limits.answer_mb");
    check(|config| config.log.filter = " ".to_owned(), "log.filter");
}

#[test]
fn public_addresses_are_checked() {
    let check = |url: &str, behind_tls: bool, good: bool| {
        let mut config = Config { data: DataConfig { dir: "/data".into() }, ..Config::default() };
        config.server.public_url = Some(url.to_owned());
        config.server.behind_tls = behind_tls;
        assert_eq!(config.validate().is_ok(), good, "{url}");
    };
    for good in ["https://flow.example.org", "https://flow:8443", "https://[::1]:80", "https://10.0.0.1"] {
        check(good, true, true);
        check(good, false, false);
        check(&good.replacen("https", "http", 1), false, true);
        check(&good.replacen("https", "http", 1), true, false);
    }
    for rest in [
        "", "x/", "x/path", "x?q", "x#f", "u:p@x", "x:", "x:0", "x:65536", "x:+1", ":80", "[::1", "[x]", "[::1]x",
        "x y", "x\ny",
    ] {
        check(&format!("http://{rest}"), false, false);
    }
    check("flow.example.org", false, false);
    check("ftp://flow.example.org", false, false);
}

#[test]
fn the_error_lists_one_fault_a_line() {
    let error = load_text("[log]\nfiltr = \"x\"\n[server]\nsession_hours = 0\n").unwrap_err().to_string();
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(lines.len(), 3, "{error}");
    assert_eq!(lines[0], "the configuration has 2 faults");
    assert!(lines[1].ends_with("config.toml:2:1: unknown key \"filtr\" in [log]; did you mean \"filter\"?"), "{error}");
    assert!(lines[2].ends_with("config.toml:4:1: server.session_hours is 0; use 1 to 8784"), "{error}");
    // A hostile key is neither repeated at length nor able to break the line.
    let mut hostile = "[log]\n\"a\\nb".to_owned();
    writeln!(hostile, "{}\" = 1", "x".repeat(100_000)).unwrap();
    let error = load_text(&hostile).unwrap_err().to_string();
    assert!(error.lines().count() == 2 && error.len() < 600, "{error}");
}

#[test]
fn limits_in_bytes() {
    let bytes = |result_cache_mb| LimitsConfig { result_cache_mb, ..LimitsConfig::default() }.result_cache_bytes();
    assert_eq!([0, 256, u64::MAX].map(bytes), [0, 256 << 20, u64::MAX]);
}
