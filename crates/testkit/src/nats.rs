//! A real nats-server for one test.

use std::ffi::OsStr;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a server may take until it accepts clients.
const LIMIT: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(10);

/// A nats-server on a free loopback port; it is killed when this goes away.
///
/// The server is the one that `NATS_SERVER` names, else one on the `PATH`, else the one that
/// `cargo xtask tools` installed. Without any of them the test fails: it is not skipped.
#[derive(Debug)]
pub struct NatsServer {
    child: Child,
    folder: PathBuf,
    port: u16,
    ports: Value,
}

impl NatsServer {
    /// Starts a server in `folder`, which is made if needed and takes its configuration, its log and
    /// its data, and waits until it accepts clients.
    ///
    /// `config` is the text of a configuration file, relative paths in it count from `folder`. Address
    /// and client port are set here, whatever it says; listeners of other kinds get a free port from
    /// `port: -1` and are found with [`url_of`](Self::url_of).
    #[track_caller]
    pub fn start(folder: impl Into<PathBuf>, config: &str) -> Self {
        Self::start_on(folder, config, None)
    }

    /// Starts as [`start`](Self::start) does, on this port if one is given.
    #[track_caller]
    pub fn start_on(folder: impl Into<PathBuf>, config: &str, port: Option<u16>) -> Self {
        Self::start_binary(&server_binary(), folder, config, port)
    }

    /// Starts as [`start_on`](Self::start_on) does, this server and no other.
    #[track_caller]
    pub fn start_binary(
        binary: &Path,
        folder: impl Into<PathBuf>,
        config: &str,
        port: Option<u16>,
    ) -> Self {
        let folder = folder.into();
        std::fs::create_dir_all(&folder).expect("the server's folder can be made");
        std::fs::write(folder.join("server.conf"), config).expect("the folder is writable");
        let child = spawn(binary, &folder, port);
        let mut server = Self {
            child,
            folder,
            port: 0,
            ports: Value::Null,
        };
        server.wait_until_ready();
        server
    }

    /// The URL for clients, `nats://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The port for clients.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The first URL of another listener: `websocket`, `monitoring`, `cluster`, `leafnodes`.
    #[track_caller]
    pub fn url_of(&self, listener: &str) -> &str {
        match self.ports[listener][0].as_str() {
            Some(url) => url,
            None => panic!(
                "the server has no `{listener}` listener, but {}",
                self.ports
            ),
        }
    }

    /// The folder of the server.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The log so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("server.log")).unwrap_or_default()
    }

    /// Stops the server and starts it again on the same port, with its data and this configuration.
    #[track_caller]
    pub fn restart(self, config: &str) -> Self {
        let (folder, port) = (self.folder.clone(), self.port);
        drop(self);
        Self::start_on(folder, config, Some(port))
    }

    #[track_caller]
    fn wait_until_ready(&mut self) {
        let start = Instant::now();
        while !self.is_ready() {
            let ended = self
                .child
                .try_wait()
                .expect("a started process can be asked");
            if ended.is_some() || start.elapsed() > LIMIT {
                let end = ended.map_or_else(|| "is not ready".to_owned(), |end| end.to_string());
                panic!(
                    "the nats-server did not start ({end}); its log:\n{}",
                    self.log()
                );
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// The server writes the file of its ports once it listens; being half-written is not ready.
    fn is_ready(&mut self) -> bool {
        let Some(ports) = read_only_file(&self.folder.join("ports")) else {
            return false;
        };
        let Ok(ports) = serde_json::from_slice::<Value>(&ports) else {
            return false;
        };
        let url = ports["nats"][0].as_str().unwrap_or_default();
        let Some(port) = url.rsplit(':').next().and_then(|port| port.parse().ok()) else {
            return false;
        };
        self.port = port;
        self.ports = ports;
        TcpStream::connect(("127.0.0.1", port)).is_ok()
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        // Both fail once it has ended, which is what they are for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A loopback port that was free a moment ago, for what must be known before a server starts.
#[track_caller]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
    listener
        .local_addr()
        .expect("a listener has an address")
        .port()
}

/// The nats-server that tests use.
///
/// Panics, naming the command that installs one, when there is none.
#[track_caller]
pub fn server_binary() -> PathBuf {
    let name = format!("nats-server{}", std::env::consts::EXE_SUFFIX);
    let named = std::env::var_os("NATS_SERVER")
        .filter(|path| !path.is_empty())
        .map(PathBuf::from);
    let on_path = || on_path(std::env::var_os("PATH").as_deref(), &name);
    match named.or_else(on_path).or_else(|| installed(&name)) {
        Some(path) => path,
        None => {
            panic!("no nats-server: `cargo xtask tools` installs one, then run the tests again")
        }
    }
}

fn on_path(path: Option<&OsStr>, name: &str) -> Option<PathBuf> {
    std::env::split_paths(path?)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// Tests run from below the target folder, wherever that is; the tools are in it too.
fn installed(name: &str) -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    test.ancestors()
        .map(|folder| folder.join("tools").join(name))
        .find(|file| file.is_file())
}

#[track_caller]
fn spawn(binary: &Path, folder: &Path, port: Option<u16>) -> Child {
    let ports = folder.join("ports");
    // A file of an earlier run would be read as this one's.
    let _ = std::fs::remove_dir_all(&ports);
    std::fs::create_dir(&ports).expect("the folder is writable");
    let port = port.map_or_else(|| "-1".to_owned(), |port| port.to_string());
    let mut command = Command::new(binary);
    command.current_dir(folder);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.args(["-c", "server.conf", "-l", "server.log"]);
    command.args(["-a", "127.0.0.1", "-p", &port]);
    match command.arg("--ports_file_dir").arg(&ports).spawn() {
        Ok(child) => child,
        Err(error) => panic!("cannot start `{}`: {error}", binary.display()),
    }
}

/// Reads the one file of a folder, whose name has the server's process id in it.
fn read_only_file(folder: &Path) -> Option<Vec<u8>> {
    let file = std::fs::read_dir(folder).ok()?.next()?.ok()?;
    std::fs::read(file.path()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader};

    const CONFIG: &str = "server_name: one\nhttp: \"127.0.0.1:-1\"\n";

    /// The first line that a server says to a client.
    fn greeting(server: &NatsServer) -> String {
        let stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        line
    }

    #[test]
    fn a_server_runs_restarts_on_its_port_and_goes_away() {
        let dir = tempfile::tempdir().unwrap();
        let server = NatsServer::start(dir.path().join("server"), CONFIG);
        let (url, port) = (server.url(), server.port());
        assert!(greeting(&server).contains(r#""server_name":"one""#));
        assert!(
            server.url_of("monitoring").starts_with("http://127.0.0.1:"),
            "{}",
            server.ports
        );
        assert!(server.log().contains("Server is ready"), "{}", server.log());

        let server = server.restart("server_name: two\n");
        assert_eq!(server.url(), url);
        assert!(greeting(&server).contains(r#""server_name":"two""#));
        drop(server);
        assert!(
            TcpStream::connect(("127.0.0.1", port)).is_err(),
            "nothing listens any more"
        );
    }

    #[test]
    #[should_panic(expected = "did not start")]
    fn a_wrong_configuration_fails_at_once() {
        let dir = tempfile::tempdir().unwrap();
        NatsServer::start(dir.path(), "no such thing: [");
    }
}
