//! The real server on a port of its own, with a data folder of its own, and a client that shows whole answers.

use serde_json::Value;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use tempfile::TempDir;
use throughline::app::{App, Asked};
use throughline::config::Config;
use throughline::model::filter::Filter;
use throughline::store::catalog::Role;
use throughline::web::{Server, SignInAddress, Web};
use tokio::sync::oneshot;

/// See the module.
pub struct TestServer {
    /// What its handlers share.
    pub web: Arc<Web>,
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    /// An administrator's token.
    pub token: String,
    /// A one-time code.
    pub code: String,
    folder: Arc<TempDir>,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl TestServer {
    /// A server with the usual configuration.
    pub fn start() -> Self {
        Self::with(|_| {}, false)
    }

    /// A server with another one.
    pub fn with(change: impl FnOnce(&mut Config), demo: bool) -> Self {
        Self::on(Arc::new(tempfile::tempdir().unwrap()), change, demo)
    }

    /// A server on a data folder that exists.
    pub fn on(folder: Arc<TempDir>, change: impl FnOnce(&mut Config), demo: bool) -> Self {
        let mut config = Config::default();
        config.data.dir = folder.path().to_owned();
        config.server.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        change(&mut config);
        let app = Arc::new(App::open(config, None).unwrap());
        let way_in = SignInAddress::make(&app).unwrap();
        let token = match way_in.token {
            Some(token) => token.expose().to_owned(),
            None => {
                let name = format!("test {}", rand::random::<u64>());
                app.store.catalog.create_token("test", &name, Role::Admin, None).unwrap().secret.expose().to_owned()
            }
        };
        let (end, ended) = oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let server = Server::bind(app, demo).await.unwrap();
                tell.send(Arc::clone(&server.web)).unwrap();
                let until = async {
                    let _ = ended.await;
                };
                server.run(until).await;
            });
        });
        let web = told.recv().unwrap();
        let base = format!("http://{}", web.options.address);
        let code = way_in.code.expose().to_owned();
        Self { web, base, token, code, folder, end: Some(end), thread: Some(thread) }
    }

    /// Ends it as a signal would, and gives the data folder to another one.
    pub fn stop(mut self) -> Arc<TempDir> {
        self.end.take().unwrap().send(()).unwrap();
        self.thread.take().unwrap().join().unwrap();
        Arc::clone(&self.folder)
    }

    /// A path in the data folder.
    pub fn data(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A token of this role.
    pub fn token_of(&self, role: Role) -> String {
        let name = format!("{} {}", role.as_str(), rand::random::<u64>());
        self.web.app.store.catalog.create_token("test", &name, role, None).unwrap().secret.expose().to_owned()
    }

    /// A request of the administrator.
    pub fn call(&self, method: &str, path: &str) -> Call {
        let call = Call::new(method, &format!("{}{path}", self.base));
        call.header("authorization", &format!("Bearer {}", self.token))
    }

    /// A request of nobody.
    pub fn bare(&self, method: &str, path: &str) -> Call {
        Call::new(method, &format!("{}{path}", self.base))
    }

    /// The administrator reads.
    pub fn get(&self, path: &str) -> Reply {
        self.call("GET", path).send()
    }

    /// The administrator imports a text into a flow and waits for the end; returns the id.
    pub fn import(&self, flow: &str, text: &str) -> String {
        self.import_as(flow, flow, "log.csv", text)
    }

    /// The same for a flow with a title and a file with a name.
    pub fn import_as(&self, flow: &str, title: &str, file: &str, text: &str) -> String {
        let parts = [("title", None, title), ("file", Some(file), text)];
        let reply = self.call("POST", &format!("/api/v1/flows/{flow}/imports")).form(&parts).send();
        assert_eq!(reply.status, 202, "{}", reply.text());
        let id = reply.json()["imports"][0]["id"].as_str().unwrap().to_owned();
        let events = self.get(&format!("/api/v1/flows/{flow}/imports/{id}/events"));
        assert!(events.text().contains("event: done"), "{}", events.text());
        id
    }

    /// What App itself says about all cases of a flow.
    pub fn asked(&self, flow: &str, filter: &str) -> Asked {
        let filter: Filter = filter.parse().unwrap();
        Asked { target: self.web.app.target(flow).unwrap(), filter }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking());
        }
    }
}

/// A request that is being put together.
pub struct Call {
    builder: ureq::http::request::Builder,
    body: Vec<u8>,
}

/// A whole answer.
pub struct Reply {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

const BOUNDARY: &str = "----parts";

impl Call {
    pub fn new(method: &str, address: &str) -> Self {
        Self { builder: ureq::http::Request::builder().method(method).uri(address), body: Vec::new() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    pub fn body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", kind)
    }

    pub fn json(self, value: &Value) -> Self {
        self.body("application/json", value.to_string())
    }

    pub fn file(self, name: &str, text: &str) -> Self {
        self.form(&[("file", Some(name), text)])
    }

    /// A multipart form: name, file name, content.
    pub fn form(self, parts: &[(&str, Option<&str>, &str)]) -> Self {
        self.body(&format!("multipart/form-data; boundary={BOUNDARY}"), form(parts))
    }

    pub fn send(self) -> Reply {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .build()
            .into();
        let mut response = agent.run(self.builder.body(self.body).unwrap()).unwrap();
        let body = response.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
        Reply { status: response.status().as_u16(), headers: response.headers().clone(), body }
    }
}

fn form(parts: &[(&str, Option<&str>, &str)]) -> String {
    let mut text = String::new();
    for (name, file, content) in parts {
        let file = file.map_or_else(String::new, |file| format!("; filename=\"{file}\""));
        text += &format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n");
    }
    text + &format!("--{BOUNDARY}--\r\n")
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}: {}", self.status, self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The code of a problem, which must be whole.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        assert_eq!((self.status, self.header("content-type")), (status, "application/problem+json"), "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        for field in ["type", "title", "detail", "code"] {
            assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {problem}");
        }
        problem["code"].as_str().unwrap().to_owned()
    }
}
