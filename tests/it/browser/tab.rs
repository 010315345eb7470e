//! A tab of its own for each test: nothing is shared with others but the process. What it must not do (write errors to
//! the console, ask other machines, break the policy) is gathered all the time and held against it at its end.

use super::chromium::{Chromium, DEADLINE, bytes};
use crate::support::server::TestServer;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// Between two looks whether something has happened.
const PAUSE: Duration = Duration::from_millis(15);

/// See the module.
pub struct Tab {
    /// The address of the server.
    pub base: String,
    chromium: &'static Chromium,
    session: String,
    context: String,
    events: Receiver<Value>,
    /// What it did that it must not do.
    faults: RefCell<Vec<String>>,
    /// Everything that was asked for.
    requests: RefCell<Vec<String>>,
    /// Bytes that came over the wire.
    received: Cell<u64>,
    /// How many pages were left.
    left: Cell<u32>,
}

impl Tab {
    /// A tab in which the administrator has signed in.
    pub fn signed_in(server: &TestServer) -> Self {
        Self::signed_in_at(&server.base, server)
    }

    /// The same on another way to the server.
    pub fn signed_in_at(base: &str, server: &TestServer) -> Self {
        let tab = Self::at(base);
        let words = format!("token={}", server.token);
        let reply = server.bare("POST", "/sign-in").body("application/x-www-form-urlencoded", words).send();
        let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
        let (name, value) = cookie.split_once('=').unwrap();
        let cookie = json!({"name": name, "value": value, "url": tab.base, "sameSite": "Strict", "httpOnly": true});
        tab.call("Network.setCookies", json!({"cookies": [cookie]}));
        tab
    }

    /// A tab in which nobody has.
    pub fn open(server: &TestServer) -> Self {
        Self::at(&server.base)
    }

    /// The same for a server at any address.
    pub fn at(base: &str) -> Self {
        let chromium = Chromium::shared();
        let text = |method: &str, parameters: Value, field: &str| {
            let reply = chromium.call(None, method, parameters).unwrap();
            reply[field].as_str().unwrap().to_owned()
        };
        let context = text("Target.createBrowserContext", json!({}), "browserContextId");
        let blank = json!({"url": "about:blank", "browserContextId": context, "width": 1440, "height": 900});
        let target = text("Target.createTarget", blank, "targetId");
        let session = text("Target.attachToTarget", json!({"targetId": target, "flatten": true}), "sessionId");
        let events = chromium.events(&session);
        let base = base.to_owned();
        let (faults, requests, received, left) = Default::default();
        let tab = Self { base, chromium, session, context, events, faults, requests, received, left };
        for domain in ["Page", "Runtime", "Network", "Log", "Audits", "DOM"] {
            tab.call(&format!("{domain}.enable"), json!({}));
        }
        // Several tabs are in front at once.
        tab.call("Emulation.setFocusEmulationEnabled", json!({"enabled": true}));
        tab.size(1440, 900);
        tab
    }

    /// A command that must succeed.
    #[track_caller]
    pub fn call(&self, method: &str, parameters: Value) -> Value {
        self.chromium.call(Some(&self.session), method, parameters).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Opens an address of the server and waits until everything is there.
    #[track_caller]
    pub fn go(&self, path: &str) {
        let address = format!("{}{path}", self.base);
        let reply = self.call("Page.navigate", json!({"url": address}));
        assert!(reply["errorText"].is_null(), "{address}: {reply}");
        self.loaded();
    }

    /// Waits until the page is whole.
    #[track_caller]
    pub fn loaded(&self) {
        self.until("document.readyState === 'complete' && document.fonts.status === 'loaded' && location.href !== 'about:blank'");
    }

    /// The value of an expression; promises are waited for.
    #[track_caller]
    pub fn value(&self, expression: &str) -> Value {
        self.evaluate(expression).unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// The value of an expression that is a text.
    #[track_caller]
    pub fn text(&self, expression: &str) -> String {
        let value = self.value(expression);
        value.as_str().unwrap_or_else(|| panic!("{expression} is {value}")).to_owned()
    }

    fn evaluate(&self, expression: &str) -> Result<Value, String> {
        let parameters = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let mut reply = self.chromium.call(Some(&self.session), "Runtime.evaluate", parameters)?;
        match reply["exceptionDetails"].take() {
            Value::Null => Ok(reply["result"]["value"].take()),
            details => Err(details["exception"]["description"].as_str().unwrap_or("an exception").to_owned()),
        }
    }

    /// Waits until an expression is true, also beyond the end of a page, and returns its value.
    #[track_caller]
    pub fn until(&self, expression: &str) -> Value {
        let began = Instant::now();
        loop {
            // Between two pages there is nothing to ask.
            let value = self.evaluate(expression);
            match &value {
                Ok(Value::Null | Value::Bool(false)) | Err(_) => {}
                Ok(value) if *value == json!("") || *value == json!(0) => {}
                Ok(_) => return value.unwrap_or_default(),
            }
            let seen = || self.evaluate("`${location.href}: ${document.body.innerText.slice(0, 600)}`");
            assert!(began.elapsed() < DEADLINE, "never: {expression}\n{value:?}\n{:?}", seen());
            std::thread::sleep(PAUSE);
        }
    }

    /// Follows what leads to another page: waits until the old one is gone and the new one is whole.
    #[track_caller]
    pub fn follow(&self, act: impl FnOnce()) {
        // A page that is gone back to may be the very one that was left, with all that was noted in it.
        self.left.set(self.left.get() + 1);
        let mark = self.left.get();
        self.value(&format!("window.mark = {mark}"));
        act();
        self.until(&format!("window.mark !== {mark} && location.href !== 'about:blank'"));
        self.loaded();
    }

    /// The size of the window.
    pub fn size(&self, width: u32, height: u32) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// Screen or print, and wishes such as `prefers-color-scheme`.
    pub fn media(&self, media: &str, features: &[(&str, &str)]) {
        let features: Vec<_> = features.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        self.call("Emulation.setEmulatedMedia", json!({"media": media, "features": features}));
    }

    /// The colours that the system asks for; nothing moves, so that nothing has to be waited for.
    pub fn scheme(&self, scheme: &str) {
        self.media("screen", &[("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")]);
    }

    /// Whether pages may run scripts.
    pub fn scripts(&self, on: bool) {
        self.call("Emulation.setScriptExecutionDisabled", json!({"value": !on}));
    }

    /// The network as it is, or with so many bytes a second to the server.
    pub fn network(&self, upload: Option<u32>) {
        let bytes = upload.map_or(-1, i64::from);
        let line = json!({"offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes});
        self.call("Network.emulateNetworkConditions", line);
    }

    /// The page as a document to print.
    pub fn pdf(&self) -> Vec<u8> {
        let wish = json!({"printBackground": true, "preferCSSPageSize": true});
        bytes(self.call("Page.printToPDF", wish)["data"].as_str().unwrap())
    }

    /// What is seen, as PNG.
    pub fn screenshot(&self) -> Vec<u8> {
        bytes(self.call("Page.captureScreenshot", json!({"format": "png"}))["data"].as_str().unwrap())
    }

    /// What it did that it must not do, since it was last asked.
    pub fn faults(&self) -> Vec<String> {
        self.listen();
        self.faults.take()
    }

    /// Everything that it has asked for.
    pub fn requests(&self) -> Vec<String> {
        self.listen();
        self.requests.borrow().clone()
    }

    /// How many bytes it has received.
    pub fn received(&self) -> u64 {
        self.listen();
        self.received.get()
    }

    /// Something that looks like a fault was meant: one at least has these words, and no other is there.
    #[track_caller]
    pub fn expect(&self, words: &str) {
        let faults = self.faults();
        let (meant, others): (Vec<_>, Vec<_>) = faults.into_iter().partition(|fault| fault.contains(words));
        assert!(!meant.is_empty() && others.is_empty(), "{words}: {meant:?}, {others:?}");
    }

    fn listen(&self) {
        while let Ok(event) = self.events.try_recv() {
            self.hear(&event["method"], &event["params"]);
        }
    }

    fn hear(&self, method: &Value, what: &Value) {
        let fault = |words: String| self.faults.borrow_mut().push(words);
        match method.as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" => fault(format!("exception: {}", what["exceptionDetails"])),
            "Runtime.consoleAPICalled" if what["type"] == "error" || what["type"] == "assert" => {
                fault(format!("console: {}", what["args"]));
            }
            "Log.entryAdded" if what["entry"]["level"] == "error" => {
                fault(format!("log: {} {}", what["entry"]["text"], what["entry"]["url"]));
            }
            "Audits.issueAdded" if what["issue"]["code"] == "ContentSecurityPolicyIssue" => {
                fault(format!("policy: {}", what["issue"]["details"]));
            }
            "Network.requestWillBeSent" => {
                let address = what["request"]["url"].as_str().unwrap_or_default();
                let inside =
                    ["data:", "blob:", &format!("{}/", self.base)].iter().any(|begin| address.starts_with(begin));
                if !inside {
                    fault(format!("request to elsewhere: {address}"));
                }
                self.requests.borrow_mut().push(address.to_owned());
            }
            "Network.loadingFinished" => {
                let bytes = what["encodedDataLength"].as_f64().unwrap_or_default() as u64;
                self.received.set(self.received.get() + bytes);
            }
            _ => {}
        }
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        let faults = self.faults();
        let _ = self.chromium.call(None, "Target.disposeBrowserContext", json!({"browserContextId": self.context}));
        self.chromium.forget(&self.session);
        assert!(faults.is_empty() || std::thread::panicking(), "{}", faults.join("\n"));
    }
}
