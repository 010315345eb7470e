//! `throughline serve`.

use crate::app::App;
use crate::cli::print::message as say;
use crate::cli::progress::watched;
use crate::cli::{CliError, Common};
use crate::config::{ConfigOverrides, LogConfig, LogFormat};
use crate::web::{Server, ServerError, SignInAddress, Web};
use clap::Args;
use std::io::IsTerminal;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

/// See the command's help.
#[derive(Debug, Args)]
pub struct Serve {
    /// Load the sample data first, and print an address that just works
    #[arg(long)]
    demo: bool,
    /// Address to listen on
    #[arg(long, value_name = "ADDR")]
    listen: Option<std::net::SocketAddr>,
}

impl Serve {
    /// Runs the server until it is told to end.
    pub fn run(self, common: &Common) -> Result<(), CliError> {
        let config = common.configuration(ConfigOverrides { listen: self.listen, ..ConfigOverrides::default() })?;
        start_log(&config.log)?;
        let app = Arc::new(App::open(config, common.queries.as_deref())?);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("web").build();
        let runtime = runtime.map_err(CliError::io("start the program"))?;
        let served = runtime.block_on(self.serve(app));
        // Whatever still waits for the disk must not keep the program from ending.
        runtime.shutdown_timeout(std::time::Duration::from_secs(1));
        served
    }

    async fn serve(&self, app: Arc<App>) -> Result<(), CliError> {
        let faults = app.engine().catalogue().check().await;
        if !faults.is_empty() {
            faults.iter().try_for_each(|fault| say(&fault.to_string()))?;
            return Err(CliError::Unsound(format!("the query catalogue has {} faults", faults.len())));
        }
        // An address that is taken is said before the sample is loaded, not after it.
        let server = Server::bind(Arc::clone(&app), self.demo).await?;
        if self.demo {
            load_sample(&app)?;
        }
        drop(app);
        // Before anybody is told that it runs: who reads that may want it to end.
        let wishes = Wishes::hear().map_err(CliError::io("listen for signals"))?;
        self.greet(&server.web)?;
        server.run(told_to_end(wishes)).await;
        Ok(())
    }

    /// Prints where the server is and, where a person can be expected to read it, how to get in.
    fn greet(&self, web: &Web) -> Result<(), CliError> {
        let base = web.base_address();
        say(&format!("throughline {} listens on http://{}", env!("CARGO_PKG_VERSION"), web.options.address))?;
        let needed = SignInAddress::is_needed(&web.app)?;
        if !(needed || self.demo || std::io::stderr().is_terminal()) {
            return Ok(());
        }
        let way_in = SignInAddress::make(&web.app)?;
        if let Some(token) = &way_in.token {
            say("\nThis is the administrator's access token. It is shown this once; keep it safe:")?;
            say(&format!("  {}", token.expose()))?;
        }
        say("\nSign in with a browser, once and within 15 minutes:")?;
        say(&format!("  {base}/sign-in?code={}\n", way_in.code.expose()))
    }
}

impl From<ServerError> for CliError {
    fn from(error: ServerError) -> Self {
        match error {
            ServerError::App(error) => Self::App(error),
            ServerError::Listen { address, source } => Self::io(format!("listen on {address}"))(source),
        }
    }
}

fn start_log(log: &LogConfig) -> Result<(), CliError> {
    let filter = EnvFilter::try_new(&log.filter).map_err(|error| CliError::Usage {
        what: format!("log.filter is \"{}\": {error}", log.filter),
        hint: "use e.g. info, or warn,throughline=debug".to_owned(),
    })?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match log.format {
        LogFormat::Pretty => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| CliError::io("start the log")(std::io::Error::other(error.to_string())))
}

/// Imports the sample unless its flow has a log already.
fn load_sample(app: &App) -> Result<(), CliError> {
    if app.has_demo() {
        return Ok(app.give_demo_model("demo")?);
    }
    let folder = tempfile::tempdir().map_err(CliError::io("make a temporary folder"))?;
    let request = app.demo_request(folder.path(), "demo")?;
    say("loading the sample data …")?;
    let outcome = watched(|progress| app.import(&request, progress))?;
    app.give_demo_model("demo")?;
    say(&format!("flow {}: {} events of {} cases", outcome.flow, outcome.events, outcome.cases))
}

/// The wishes to end the program, heard from the moment this is made.
#[cfg(unix)]
struct Wishes {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Wishes {
    fn hear() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Wishes;

#[cfg(not(unix))]
impl Wishes {
    fn hear() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without signals the program can only be killed, which its data survive.
            std::future::pending::<()>().await;
        }
    }
}

/// Waits for the wish to end the program. A second wish ends it at once; what was cut short is taken up at the next
/// start.
async fn told_to_end(mut wishes: Wishes) {
    wishes.next().await;
    tracing::info!("ending: running requests get their time, imports wait for the next start");
    tokio::spawn(async move {
        wishes.next().await;
        std::process::exit(130);
    });
}
