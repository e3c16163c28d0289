//! An HTTP server that answers as told and remembers what it was asked.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// A request as it came in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    /// The method, such as `GET`.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The headers, their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body as text.
    pub body: String,
}

/// What the server says to a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    delay: Duration,
}

impl Answer {
    /// An answer of this status and body.
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self::bytes(status, body.into())
    }

    /// An answer whose body need not be text.
    pub fn bytes(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
            delay: Duration::ZERO,
        }
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same answer, given only after a time.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Told\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let length = self.body.len();
        head.push_str(&format!(
            "content-length: {length}\r\nconnection: close\r\n\r\n"
        ));
        [head.as_bytes(), &self.body].concat()
    }
}

type Handler = dyn Fn(&Request) -> Answer + Send + Sync;

/// A server on a free loopback port; it stops when this goes away.
///
/// Every request is handed to one function, and kept for [`requests`](Self::requests).
pub struct HttpDouble {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    stop: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl HttpDouble {
    /// Starts a server whose answers `handler` gives.
    #[track_caller]
    pub fn start(handler: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let (kept, stopped) = (Arc::clone(&requests), Arc::clone(&stop));
        let handler: Arc<Handler> = Arc::new(handler);
        let accepting = std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (handler, kept) = (Arc::clone(&handler), Arc::clone(&kept));
                // A client that goes away in the middle is no concern of the server.
                std::thread::spawn(move || serve(stream, &*handler, &kept));
            }
        });
        Self {
            address,
            requests,
            stop,
            accepting: Some(accepting),
        }
    }

    /// Starts a server with fixed answers: method, path and answer of each; all else is 404.
    #[track_caller]
    pub fn with_routes(
        routes: impl IntoIterator<Item = (&'static str, &'static str, Answer)>,
    ) -> Self {
        let routes: Vec<_> = routes.into_iter().collect();
        Self::start(move |request| {
            let asked = (request.method.as_str(), request.path.as_str());
            let found = routes
                .iter()
                .find(|(method, path, _)| (*method, *path) == asked);
            found.map_or_else(
                || Answer::new(404, "not found\n"),
                |(_, _, answer)| answer.clone(),
            )
        })
    }

    /// The URL of the server, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far, in order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.requests).clone()
    }
}

impl Drop for HttpDouble {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // The accepting thread sees the flag with the next connection, which is this one.
        if TcpStream::connect(self.address).is_ok()
            && let Some(accepting) = self.accepting.take()
        {
            let _ = accepting.join();
        }
    }
}

impl std::fmt::Debug for HttpDouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpDouble")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Starts an account server: it keeps the account JWTs that are posted and gives them back.
///
/// Its URL as an operator claims it is [`HttpDouble::url`] with `/jwt/v1`. `operator_jwt` is what
/// `GET /jwt/v1/operator` and `GET /jwt/v2/operator` answer.
#[track_caller]
pub fn account_server(operator_jwt: impl Into<String>) -> HttpDouble {
    let operator_jwt = operator_jwt.into();
    let accounts = Mutex::new(BTreeMap::<String, String>::new());
    HttpDouble::start(move |request| {
        let path = request.path.split('?').next().unwrap_or_default();
        let account = path
            .strip_prefix("/jwt/v1/accounts")
            .map(|id| id.trim_start_matches('/'));
        match (request.method.as_str(), path, account) {
            ("GET", "/jwt/v1/operator" | "/jwt/v2/operator", _) => jwt_answer(&operator_jwt),
            ("GET", _, Some("")) => Answer::new(200, ""),
            ("GET", _, Some(id)) => {
                let found = lock(&accounts).get(id).map(|jwt| jwt_answer(jwt));
                found.unwrap_or_else(|| Answer::new(404, "no matching account JWT\n"))
            }
            ("POST", _, Some(id)) => {
                lock(&accounts).insert(id.to_owned(), request.body.clone());
                Answer::new(200, format!("stored the jwt for account - {id}\n"))
            }
            _ => Answer::new(404, "not found\n"),
        }
    })
}

fn jwt_answer(jwt: &str) -> Answer {
    Answer::new(200, jwt).header("content-type", "application/jwt")
}

fn serve(stream: TcpStream, handler: &Handler, kept: &Mutex<Vec<Request>>) {
    let Some(request) = read_request(&stream) else {
        return;
    };
    lock(kept).push(request.clone());
    let answer = handler(&request);
    std::thread::sleep(answer.delay);
    let _ = (&stream).write_all(&answer.to_bytes());
}

fn read_request(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let line = read_line(&mut reader)?;
    let mut words = line.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let line = read_line(&mut reader)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers
        .get("content-length")
        .and_then(|length| length.parse().ok());
    let mut body = Vec::new();
    reader
        .take(length.unwrap_or(0))
        .read_to_end(&mut body)
        .ok()?;
    Some(Request {
        method,
        path,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

fn read_line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    let length = reader.read_line(&mut line).ok()?;
    (length > 0).then(|| line.trim_end().to_owned())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(server: &HttpDouble, text: &str) -> String {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn routes_answer_and_requests_are_kept() {
        let server =
            HttpDouble::with_routes([("GET", "/a?b", Answer::new(202, "later").header("x", "y"))]);
        let answer = ask(&server, "GET /a?b HTTP/1.1\r\nHost: h\r\n\r\n");
        assert!(
            answer.starts_with("HTTP/1.1 202 ") && answer.contains("x: y\r\n"),
            "{answer}"
        );
        assert!(answer.ends_with("\r\n\r\nlater"), "{answer}");
        assert!(ask(&server, "POST /a?b HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
        let requests = server.requests();
        assert_eq!(
            (requests.len(), requests[0].headers["host"].as_str()),
            (2, "h")
        );
    }

    #[test]
    fn an_account_server_gives_back_what_it_was_given() {
        let server = account_server("operator token");
        let post = "POST /jwt/v1/accounts/AID HTTP/1.1\r\nContent-Length: 5\r\n\r\ntoken";
        assert!(ask(&server, "GET /jwt/v1/accounts/AID HTTP/1.1\r\n\r\n").contains(" 404 "));
        assert!(ask(&server, post).contains(" 200 "));
        assert!(ask(&server, "GET /jwt/v1/accounts/AID HTTP/1.1\r\n\r\n").ends_with("token"));
        assert!(ask(&server, "GET /jwt/v1/accounts/ HTTP/1.1\r\n\r\n").contains(" 200 "));
        assert!(ask(&server, "GET /jwt/v2/operator HTTP/1.1\r\n\r\n").ends_with("operator token"));
        assert_eq!(server.requests()[1].body, "token");
    }
}
