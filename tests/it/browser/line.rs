//! A line to a server that can be cut: what Chromium calls offline lets running requests come to their end.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// See the module.
pub struct Line {
    /// The address of its near end.
    pub base: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    is_cut: bool,
    open: Vec<TcpStream>,
}

impl Line {
    /// A line to the server at this address.
    pub fn to(server: &str) -> Self {
        let far = server.trim_start_matches("http://").to_owned();
        let near = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", near.local_addr().unwrap());
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for one in near.incoming().map_while(Result::ok) {
                let mut state = shared.lock().unwrap();
                // Who calls while it is cut is hung up on.
                let Some(other) = (!state.is_cut).then(|| TcpStream::connect(&far).ok()).flatten() else { continue };
                state.open.extend([one.try_clone().unwrap(), other.try_clone().unwrap()]);
                let (one_too, other_too) = (one.try_clone().unwrap(), other.try_clone().unwrap());
                std::thread::spawn(move || carry(one, other));
                std::thread::spawn(move || carry(other_too, one_too));
            }
        });
        Self { base, state }
    }

    /// Cuts it, in the middle of whatever is on its way.
    pub fn cut(&self) {
        let mut state = self.state.lock().unwrap();
        state.is_cut = true;
        state.open.drain(..).for_each(|open| drop(open.shutdown(Shutdown::Both)));
    }

    /// Mends it.
    pub fn mend(&self) {
        self.state.lock().unwrap().is_cut = false;
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream) {
    let mut bytes = [0; 16 << 10];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        if to.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
