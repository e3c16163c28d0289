//! A NATS client that shows what the server says as it says it.
//!
//! Client libraries reconnect, retry and put errors into words of their own. This one does one thing after the other
//! and hands out the text of every `-ERR`, so that a test sees which limit was met, and when.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::token;

/// An answer that takes longer than this does not come.
const LIMIT: Duration = Duration::from_secs(10);

/// What a client says of itself: a JWT, and the seed that proves it.
#[derive(Clone)]
pub struct Login {
    jwt: String,
    seed: Option<String>,
    token: Option<String>,
}

impl Login {
    /// The JWT and the seed of a creds file.
    #[track_caller]
    pub fn from_creds(text: &str) -> Self {
        let word = |start: &str| {
            let mut words = text.split_whitespace();
            words
                .find(|word| word.starts_with(start))
                .map(str::to_owned)
        };
        Self {
            jwt: word("eyJ").expect("creds hold a JWT"),
            seed: Some(word("SU").expect("creds hold the seed of a user")),
            token: None,
        }
    }

    /// The same JWT without proof.
    pub fn without_proof(&self) -> Self {
        Self {
            jwt: self.jwt.clone(),
            seed: None,
            token: self.token.clone(),
        }
    }

    /// The same, with a token beside the JWT, as for an auth callout.
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// The JWT.
    pub fn jwt(&self) -> &str {
        &self.jwt
    }

    fn connect_line(&self, mut options: Value, nonce: &str) -> String {
        options["jwt"] = self.jwt.as_str().into();
        if let Some(token) = &self.token {
            options["auth_token"] = token.as_str().into();
        }
        if let Some(seed) = &self.seed {
            options["sig"] = token::signature(seed, nonce.as_bytes()).into();
        }
        format!("CONNECT {options}\r\n")
    }
}

/// A message that came in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// The subject that it was published on.
    pub subject: String,
    /// Where an answer is wanted.
    pub reply: Option<String>,
    /// Its headers, beginning with `NATS/1.0`; empty without any.
    pub headers: String,
    /// The payload as text.
    pub payload: String,
}

impl Message {
    /// The payload as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.payload) {
            Ok(value) => value,
            Err(error) => panic!("no JSON: {error} in {self:?}"),
        }
    }
}

/// A connection to a server.
pub struct NatsClient {
    stream: TcpStream,
    unread: Vec<u8>,
    messages: VecDeque<Message>,
    errors: Vec<String>,
    closed: bool,
    last_id: usize,
}

/// One thing that a server says.
enum Said {
    Error,
    Message,
    Pong,
    Other,
    /// Nothing more within the time, or ever.
    Nothing,
}

impl NatsClient {
    /// Signs in at a loopback port.
    ///
    /// # Errors
    /// The text of the server's `-ERR`, without quotes.
    #[track_caller]
    pub fn connect(port: u16, login: &Login) -> Result<Self, String> {
        let about = json!({
            "verbose": false, "pedantic": false, "lang": "testkit", "version": "1", "name": "testkit",
            "protocol": 1, "headers": true, "no_responders": true,
        });
        Self::sign_in(port, login, about)
    }

    /// Signs in at the port for leaf nodes, as one.
    ///
    /// # Errors
    /// The text of the server's `-ERR`, without quotes.
    #[track_caller]
    pub fn connect_leaf(port: u16, login: &Login) -> Result<Self, String> {
        // No two leaf nodes may be the same server.
        let id = format!("N{:?}", Instant::now());
        let about = json!({"version": "2.14.0", "name": id, "server_id": id, "headers": true});
        Self::sign_in(port, login, about)
    }

    #[track_caller]
    fn sign_in(port: u16, login: &Login, about: Value) -> Result<Self, String> {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
        let mut client = Self {
            stream,
            unread: Vec::new(),
            messages: VecDeque::new(),
            errors: Vec::new(),
            closed: false,
            last_id: 0,
        };
        let info = client.line(Instant::now() + LIMIT);
        let info = info.expect("a server begins with INFO");
        let info: Value = serde_json::from_str(info.trim_start_matches("INFO "))
            .expect("a server begins with INFO");
        let nonce = info["nonce"].as_str().unwrap_or_default();
        client.send(&login.connect_line(about, nonce));
        match client.settle().into_iter().next() {
            Some(error) => Err(error),
            None if client.closed => Err("closed without a word".to_owned()),
            None => Ok(client),
        }
    }

    /// Publishes text.
    pub fn publish(&mut self, subject: &str, payload: &str) {
        self.publish_for(subject, "", payload);
    }

    /// Publishes text, asking for answers on `reply`.
    pub fn publish_for(&mut self, subject: &str, reply: &str, payload: &str) {
        let length = payload.len();
        self.send(&format!("PUB {subject} {reply} {length}\r\n{payload}\r\n"));
    }

    /// Subscribes; what comes of it is heard with [`settle`](Self::settle).
    pub fn subscribe(&mut self, subject: &str) {
        self.subscribe_queue(subject, "");
    }

    /// Subscribes as a member of a queue.
    pub fn subscribe_queue(&mut self, subject: &str, queue: &str) {
        self.last_id += 1;
        self.send(&format!("SUB {subject} {queue} {}\r\n", self.last_id));
    }

    /// Waits until the server has done all that was asked, and gives the errors since the last time.
    pub fn settle(&mut self) -> Vec<String> {
        self.send("PING\r\n");
        let end = Instant::now() + LIMIT;
        while !matches!(self.said(end), Said::Pong | Said::Nothing) {}
        std::mem::take(&mut self.errors)
    }

    /// The next message, within ten seconds.
    #[track_caller]
    pub fn next_message(&mut self) -> Message {
        let end = Instant::now() + LIMIT;
        loop {
            if let Some(message) = self.messages.pop_front() {
                return message;
            }
            if let Said::Nothing = self.said(end) {
                panic!("no message, but {:?}", self.errors);
            }
        }
    }

    /// The messages that are here; of what this client published itself, all after a
    /// [`settle`](Self::settle).
    pub fn messages(&mut self) -> Vec<Message> {
        self.messages.drain(..).collect()
    }

    /// Sends a request and waits for the answer.
    #[track_caller]
    pub fn request(&mut self, subject: &str, payload: &str) -> Message {
        let inbox = format!("_INBOX.testkit.{}", self.last_id + 1);
        self.subscribe(&inbox);
        self.publish_for(subject, &inbox, payload);
        loop {
            let message = self.next_message();
            if message.subject == inbox {
                return message;
            }
        }
    }

    /// Waits until the server ends the connection, and gives the errors since the last time.
    #[track_caller]
    pub fn wait_for_end(&mut self) -> Vec<String> {
        let end = Instant::now() + LIMIT;
        while !matches!(self.said(end), Said::Nothing) {}
        assert!(self.closed, "the server keeps the connection");
        std::mem::take(&mut self.errors)
    }

    /// Whether the server still answers.
    pub fn is_alive(&mut self) -> bool {
        self.settle();
        !self.closed
    }

    fn send(&mut self, text: &str) {
        // What keeps it from being sent is heard when reading.
        let _ = self.stream.write_all(text.as_bytes());
    }

    fn said(&mut self, end: Instant) -> Said {
        let Some(line) = self.line(end) else {
            return Said::Nothing;
        };
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match word {
            "PONG" => Said::Pong,
            "PING" => {
                self.send("PONG\r\n");
                Said::Other
            }
            "-ERR" => {
                self.errors.push(rest.trim_matches('\'').to_owned());
                Said::Error
            }
            "MSG" | "HMSG" => self.message(rest, word == "HMSG", end),
            _ => Said::Other,
        }
    }

    fn message(&mut self, line: &str, has_headers: bool, end: Instant) -> Said {
        let words: Vec<&str> = line.split_whitespace().collect();
        let lengths = if has_headers { 2 } else { 1 };
        let length = |word: &str| word.parse::<usize>().expect("messages have a length");
        let headers = if has_headers {
            length(words[words.len() - 2])
        } else {
            0
        };
        let all = length(words[words.len() - 1]);
        let Some(content) = self.bytes(all + 2, end) else {
            return Said::Nothing;
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        self.messages.push_back(Message {
            subject: words[0].to_owned(),
            reply: words[2..words.len() - lengths]
                .first()
                .map(|&reply| reply.to_owned()),
            headers: text(&content[..headers]),
            payload: text(&content[headers..all]),
        });
        Said::Message
    }

    fn line(&mut self, end: Instant) -> Option<String> {
        loop {
            if let Some(length) = self.unread.windows(2).position(|pair| pair == b"\r\n") {
                let line: Vec<u8> = self.unread.drain(..length + 2).collect();
                return Some(String::from_utf8_lossy(&line[..length]).into_owned());
            }
            self.read(end)?;
        }
    }

    fn bytes(&mut self, length: usize, end: Instant) -> Option<Vec<u8>> {
        while self.unread.len() < length {
            self.read(end)?;
        }
        Some(self.unread.drain(..length).collect())
    }

    fn read(&mut self, end: Instant) -> Option<()> {
        let left = end.checked_duration_since(Instant::now())?;
        let left = left.max(Duration::from_millis(1));
        self.stream
            .set_read_timeout(Some(left))
            .expect("a socket takes a timeout");
        let mut piece = [0; 4096];
        match self.stream.read(&mut piece) {
            Ok(length @ 1..) => self.unread.extend_from_slice(&piece[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return None;
            }
            Ok(_) | Err(_) => {
                self.closed = true;
                return None;
            }
        }
        Some(())
    }
}

/// Signs in over MQTT with a bearer JWT as password; gives the code of the answer, 0 for welcome, or none where the
/// server just hangs up.
#[track_caller]
pub fn mqtt_code(port: u16, login: &Login) -> Option<u8> {
    let text = |text: &str| {
        let length = u16::try_from(text.len()).expect("MQTT texts are below 64 KiB");
        [&length.to_be_bytes(), text.as_bytes()].concat()
    };
    // Protocol level 4; clean session, user name and password; keep-alive of a minute.
    let head = [text("MQTT"), vec![4, 0b1100_0010, 0, 60]].concat();
    let body = [head, text("testkit"), text("any"), text(login.jwt())].concat();
    let mut packet = vec![0x10];
    let mut length = body.len();
    while length > 127 {
        packet.push(u8::try_from(length % 128).expect("below 128") | 128);
        length /= 128;
    }
    packet.push(u8::try_from(length).expect("below 128"));
    packet.extend(body);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    stream
        .set_read_timeout(Some(LIMIT))
        .expect("a socket takes a timeout");
    stream.write_all(&packet).expect("the server reads");
    let mut answer = [0; 4];
    stream.read_exact(&mut answer).ok().map(|()| answer[3])
}
