//! One headless Chromium for all tests, spoken to in its own protocol (DevTools).
//!
//! The protocol is JSON over a pair of pipes, so this is all that it takes: generated bindings would cost minutes of
//! build and break with a new Chromium. A pipe rather than a socket, because Chromium ends when its pipe ends, however
//! the tests did.

use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

/// Nothing takes this long unless it never ends.
pub const DEADLINE: Duration = Duration::from_secs(180);

/// What a fresh machine lacks, in words.
const MISSING: &str =
    "the browser tests need Chromium; install it with: apt-get install --no-install-recommends chromium";

/// No sandbox, because it cannot be had inside containers and by root, and only our own pages are loaded. Nothing may
/// leave the machine, also not what Chromium wants to know for itself.
const SWITCHES: [&str; 16] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
];

/// The shell gives Chromium its two pipes (3: from us, 4: to us) and removes the folder when it has ended.
const SHELL: &str = r#"folder=$1; shift; trap 'rm -rf "$folder"' EXIT
    chromium --user-data-dir="$folder/profile" "$@" about:blank 3<&0 4>&1 >/dev/null 2>"$folder/chromium.log""#;

/// See the module.
pub struct Chromium {
    /// Temporary files of the tests; gone when Chromium is.
    pub folder: PathBuf,
    to: Mutex<ChildStdin>,
    next: AtomicU64,
    routes: Mutex<Routes>,
}

/// Who waits for what.
#[derive(Default)]
struct Routes {
    replies: HashMap<u64, Sender<Value>>,
    events: HashMap<String, Sender<Value>>,
}

impl Chromium {
    /// The one that all tests share; the first to ask starts it.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Chromium> = OnceLock::new();
        let mut pipe = None;
        let chromium = SHARED.get_or_init(|| {
            let (chromium, from) = Self::start();
            pipe = Some(from);
            chromium
        });
        if let Some(from) = pipe {
            std::thread::spawn(move || chromium.read(from));
        }
        chromium
    }

    #[expect(clippy::zombie_processes, reason = "it ends with the tests, when nobody is left to wait for it")]
    fn start() -> (Self, ChildStdout) {
        let found = std::env::split_paths(&std::env::var_os("PATH").unwrap()).any(|at| at.join("chromium").exists());
        assert!(found, "{MISSING}");
        let folder = tempfile::Builder::new().prefix("throughline-browser-").tempdir().unwrap().keep();
        let mut shell = Command::new("sh");
        shell.args(["-c", SHELL, "sh"]).arg(&folder).args(SWITCHES);
        let mut child = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        (Self { folder, to: Mutex::new(to), next: AtomicU64::new(1), routes: Mutex::default() }, from)
    }

    /// Hands every message to whom it is for, until there is no Chromium any more.
    fn read(&self, from: ChildStdout) {
        let mut from = BufReader::new(from);
        let mut bytes = Vec::new();
        while from.read_until(0, &mut bytes).is_ok() && bytes.pop() == Some(0) {
            let message: Value = serde_json::from_slice(&bytes).unwrap();
            bytes.clear();
            let mut routes = self.routes.lock().unwrap();
            // Who is gone has no use for it any more.
            if let Some(asker) = message["id"].as_u64().and_then(|id| routes.replies.remove(&id)) {
                let _ = asker.send(message);
            } else if let Some(tab) = message["sessionId"].as_str().and_then(|session| routes.events.get(session)) {
                let _ = tab.send(message);
            }
        }
        self.routes.lock().unwrap().replies.clear();
    }

    /// Sends a command, to the browser or to a tab, and waits for its result.
    ///
    /// # Errors
    /// What the browser says that is wrong.
    pub fn call(&self, session: Option<&str>, method: &str, parameters: Value) -> Result<Value, String> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let mut message = json!({"id": id, "method": method, "params": parameters});
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let (tell, told) = channel();
        self.routes.lock().unwrap().replies.insert(id, tell);
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.lock().unwrap().write_all(&bytes).unwrap_or_else(|error| self.died(method, &error.to_string()));
        let mut reply = told.recv_timeout(DEADLINE).unwrap_or_else(|error| self.died(method, &error.to_string()));
        match reply["error"]["message"].as_str() {
            Some(words) => Err(format!("{method}: {words}")),
            None => Ok(reply["result"].take()),
        }
    }

    /// From now on, what happens in a tab.
    pub fn events(&self, session: &str) -> Receiver<Value> {
        let (tell, told) = channel();
        self.routes.lock().unwrap().events.insert(session.to_owned(), tell);
        told
    }

    /// Nobody listens any more.
    pub fn forget(&self, session: &str) {
        self.routes.lock().unwrap().events.remove(session);
    }

    fn died(&self, method: &str, error: &str) -> ! {
        let log = std::fs::read_to_string(self.folder.join("chromium.log")).unwrap_or_default();
        panic!("Chromium does not answer {method}: {error}\n{log}");
    }

    /// A path for a temporary file.
    pub fn file(&self, name: &str) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        path
    }
}

/// What the protocol has as Base64.
pub fn bytes(text: &str) -> Vec<u8> {
    let place = |sign: u8| match sign {
        b'A'..=b'Z' => sign - b'A',
        b'a'..=b'z' => sign - b'a' + 26,
        b'0'..=b'9' => sign - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let signs: Vec<u8> = text.bytes().filter(|sign| *sign != b'=').collect();
    let group = |four: &[u8]| {
        let bits = four.iter().fold(0u32, |bits, sign| bits << 6 | u32::from(place(*sign))) << (6 * (4 - four.len()));
        bits.to_be_bytes()[1..four.len()].to_vec()
    };
    signs.chunks(4).flat_map(group).collect()
}

#[test]
fn base64_is_read() {
    for (text, plain) in [("", ""), ("YQ==", "a"), ("YWI=", "ab"), ("YWJj", "abc"), ("Pz8/fn5+", "???~~~")] {
        assert_eq!(String::from_utf8(bytes(text)).unwrap(), plain);
    }
}
