//! `throughline serve` as a process: what it prints, and how it ends.

use crate::support::server::Call;
use crate::support::{program, run};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

struct Process {
    child: Child,
    lines: BufReader<ChildStderr>,
}

impl Process {
    fn serve(data: &Path) -> Self {
        let mut command = Command::new(program());
        command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        command.env_remove("THROUGHLINE_DATA").env_remove("THROUGHLINE_CONFIG").stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap());
        Self { child, lines }
    }

    /// The lines up to the one with the one-time address, and that address.
    fn greeting(&mut self) -> (String, String) {
        let mut text = String::new();
        loop {
            let mut line = String::new();
            assert!(self.lines.read_line(&mut line).unwrap() > 0, "it ended: {text}");
            text.push_str(&line);
            if line.contains("/sign-in?code=") {
                return (text, line.trim().to_owned());
            }
        }
    }

    /// Ends it as a service manager does.
    fn end(mut self) -> i32 {
        let kill = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(kill.success());
        // Nobody may be kept waiting because nobody reads.
        std::thread::spawn(move || std::io::copy(&mut self.lines, &mut std::io::sink()));
        self.child.wait().unwrap().code().unwrap()
    }
}

#[test]
fn the_printed_address_works_and_the_token_is_shown_once() {
    let data = tempfile::tempdir().unwrap();
    let mut first = Process::serve(data.path());
    let (text, address) = first.greeting();
    assert!(text.contains("  tl_") && text.contains("listens on http://127.0.0.1:"), "{text}");
    let visit = Call::new("GET", &address).send();
    assert_eq!((visit.status, visit.header("location")), (303, "/"));
    let cookie = visit.header("set-cookie").split(';').next().unwrap();
    let base = address.split("/sign-in").next().unwrap();
    let stats = Call::new("GET", &format!("{base}/api/v1/flows/order-to-cash/stats")).header("cookie", cookie).send();
    assert!(stats.json()["cases"].as_u64().unwrap() > 1000);
    assert_eq!(first.end(), 0);

    let mut second = Process::serve(data.path());
    let (text, fresh) = second.greeting();
    assert!(!text.contains("tl_") && !text.contains("loading"), "{text}");
    assert_ne!(address.split("code=").nth(1), fresh.split("code=").nth(1));
    assert_eq!(second.end(), 0);
}

#[test]
fn other_machines_are_let_in_only_on_purpose() {
    let data = tempfile::tempdir().unwrap();
    let output = run(&["serve", "--listen", "0.0.0.0:0", "--data", data.path().to_str().unwrap()]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("server.allow_remote"), "{text}");
}

#[test]
fn a_taken_address_is_said() {
    let (data, taken) = (tempfile::tempdir().unwrap(), std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["serve", "--demo", "--listen", &address, "--data", data.path().to_str().unwrap()]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        (output.status.code(), text.lines().next()),
        (Some(1), Some(format!("error: cannot listen on {address}").as_str()))
    );
}
