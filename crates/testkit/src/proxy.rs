//! A way to a server that is slow or breaks.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// What is wrong with the way.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// It breaks for good once so many bytes went to the server.
    CutAfter(u64),
    /// What the server says takes this long.
    Delay(Duration),
    /// Nothing arrives at the server any more from this text on.
    StallAt(&'static str),
}

/// Passes connections on to a server, with a [`Fault`].
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    fault: Fault,
    sent: AtomicU64,
    ended: AtomicBool,
}

impl Proxy {
    /// Listens on a free loopback port.
    pub fn start(server: u16, fault: Fault) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let port = listener.local_addr().expect("it was bound").port();
        let state = Arc::new(State {
            fault,
            sent: AtomicU64::new(0),
            ended: AtomicBool::new(false),
        });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.ended.load(Ordering::SeqCst) {
                    return;
                }
                let server = TcpStream::connect(("127.0.0.1", server));
                if let Ok(server) = server {
                    pass(&shared, client, server);
                }
            }
        });
        Self { port, state }
    }

    /// The URL for clients, `nats://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// How many bytes went to the server.
    pub fn sent(&self) -> u64 {
        self.state.sent.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.ended.store(true, Ordering::SeqCst);
        // Whoever waits for a connection looks again.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Both directions, each in a thread that ends with its connection.
fn pass(state: &Arc<State>, client: TcpStream, server: TcpStream) {
    let (Ok(from_client), Ok(to_client)) = (client.try_clone(), client.try_clone()) else {
        return;
    };
    let (Ok(from_server), Ok(to_server)) = (server.try_clone(), server.try_clone()) else {
        return;
    };
    let shared = Arc::clone(state);
    thread::spawn(move || copy(&shared, from_client, to_server, true));
    let shared = Arc::clone(state);
    thread::spawn(move || copy(&shared, from_server, to_client, false));
}

fn copy(state: &State, mut from: TcpStream, mut to: TcpStream, upwards: bool) {
    // Small pieces, so that a cut is where it was asked for.
    let mut piece = [0; 1024];
    let mut stalled = false;
    while let Ok(read @ 1..) = from.read(&mut piece) {
        if !upwards && let Fault::Delay(delay) = state.fault {
            thread::sleep(delay);
        }
        if upwards {
            let length = u64::try_from(read).unwrap_or(u64::MAX);
            let sent = state.sent.load(Ordering::SeqCst);
            match state.fault {
                Fault::CutAfter(limit) if sent + length > limit => {
                    state.ended.store(true, Ordering::SeqCst);
                    break;
                }
                Fault::StallAt(text) if contains(&piece[..read], text) => stalled = true,
                _ => {}
            }
            if stalled {
                continue;
            }
            state.sent.fetch_add(length, Ordering::SeqCst);
        }
        if to.write_all(&piece[..read]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

fn contains(piece: &[u8], text: &str) -> bool {
    piece
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}
