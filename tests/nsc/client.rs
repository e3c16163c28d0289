//! A client that hears every word of the server.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use nsc_core::keys::Seed;
use nsc_testkit::{NatsServer, TestHome};
use serde_json::{Value, json};

/// A connection that speaks the protocol of NATS itself, to hear what the server says.
pub(crate) struct Client {
    reader: BufReader<TcpStream>,
}

impl Client {
    /// Connects a user; the server's words when it turns the user away.
    pub(crate) fn connect(
        server: &NatsServer,
        home: &TestHome,
        account: &str,
        user: &str,
    ) -> Result<Self, String> {
        let stream = TcpStream::connect(("127.0.0.1", server.port())).expect("the server listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a timeout can be set");
        let mut client = Self {
            reader: BufReader::new(stream),
        };
        let info = client.line();
        let info: Value =
            serde_json::from_str(info.trim_start_matches("INFO ")).expect("INFO is JSON");
        let nonce = info["nonce"]
            .as_str()
            .expect("the server asks for a signature");
        let token = home.user_token("O", account, user);
        let seed =
            Seed::parse(&home.read(home.seed_file(token.subject()))).expect("the seed is stored");
        let signature = seed.sign(nonce.as_bytes()).expect("users sign");
        let options = json!({
            "jwt": token.text(), "sig": base64url(&signature), "verbose": false, "protocol": 1,
            "headers": true, "no_responders": true,
        });
        client.send(&format!("CONNECT {options}\r\n"));
        match client.ping() {
            errors if errors.is_empty() => Ok(client),
            errors => Err(errors),
        }
    }

    /// Sends text as it is.
    pub(crate) fn send(&mut self, text: &str) {
        // A server that turned the user away has hung up.
        let _ = self.reader.get_mut().write_all(text.as_bytes());
    }

    /// The next line; empty when the server hung up or says nothing for long.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        match self.reader.read_line(&mut line) {
            Ok(_) => line.trim_end().to_owned(),
            Err(_) => String::new(),
        }
    }

    /// What the server objects to until it answers a ping; its end counts as such.
    pub(crate) fn ping(&mut self) -> String {
        self.send("PING\r\n");
        let mut errors = String::new();
        loop {
            match self.line().as_str() {
                "PONG" => return errors,
                "" => return errors + "(end)",
                line if line.starts_with("-ERR") => errors.push_str(line),
                _ => {}
            }
        }
    }

    /// Whether publishing is allowed.
    pub(crate) fn may_publish(&mut self, subject: &str) -> bool {
        self.send(&format!("PUB {subject} 0\r\n\r\n"));
        self.ping().is_empty()
    }

    /// Whether subscribing is allowed.
    pub(crate) fn may_subscribe(&mut self, subject: &str) -> bool {
        self.send(&format!("SUB {subject} 1\r\n"));
        let allowed = self.ping().is_empty();
        self.send("UNSUB 1\r\n");
        allowed
    }
}

fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - chunk.len()));
        for digit in 0..=chunk.len() {
            text.push(char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize]));
        }
    }
    text
}
