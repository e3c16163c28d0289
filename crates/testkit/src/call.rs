//! One run of a binary: prepared, started, and looked at.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::marker::PhantomData;
#[cfg(unix)]
use std::num::NonZeroU16;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::TestHome;
use crate::schemas::{assert_described, wants_lines};
use crate::secrets::assert_no_seeds;

/// A run that takes longer than this hangs.
const LIMIT: Duration = Duration::from_secs(60);
/// How often a running process is looked at.
const PAUSE: Duration = Duration::from_millis(10);

/// A command ready to run in a [`TestHome`], which it cannot outlive.
///
/// Standard input is empty unless [`stdin`](Self::stdin) gives some. Whatever the command prints is
/// searched for seeds, unless [`secret_expected`](Self::secret_expected) says that one belongs there,
/// and held against the published schemas where it is for machines.
#[must_use = "a command that nobody runs tests nothing"]
#[derive(Debug)]
pub struct Call<'home> {
    home: PhantomData<&'home TestHome>,
    command: Command,
    title: String,
    args: Vec<String>,
    stdin: Option<Vec<u8>>,
    secret_expected: bool,
    limit: Duration,
    #[cfg(unix)]
    columns: Option<NonZeroU16>,
}

impl<'home> Call<'home> {
    pub(crate) fn new(_: &'home TestHome, command: Command, title: String) -> Self {
        let args = command.get_args();
        let args = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
        Self {
            home: PhantomData,
            command,
            title,
            args,
            stdin: None,
            secret_expected: false,
            limit: LIMIT,
            #[cfg(unix)]
            columns: None,
        }
    }

    /// Gives the terminal so many columns.
    #[cfg(unix)]
    pub fn columns(mut self, columns: u16) -> Self {
        self.columns = NonZeroU16::new(columns);
        self
    }

    /// Sets an environment variable for this run.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Removes an environment variable for this run.
    pub fn env_remove(mut self, name: impl AsRef<OsStr>) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs in `folder` instead of the home's `work`.
    pub fn cwd(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Gives the run this standard input, then its end.
    pub fn stdin(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(input.into());
        self
    }

    /// Allows seeds in the output of this run.
    pub fn secret_expected(mut self) -> Self {
        self.secret_expected = true;
        self
    }

    /// Allows the run this much time instead of a minute.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The command as a person would type it.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Runs to the end, whatever that is.
    #[must_use = "an output that nobody looks at tests nothing"]
    #[track_caller]
    pub fn run(self) -> Output {
        self.spawn().finish()
    }

    /// Runs and expects exit status 0.
    #[track_caller]
    pub fn success(self) -> Output {
        self.failure(0)
    }

    /// Runs and expects this exit status.
    #[track_caller]
    pub fn failure(self, code: i32) -> Output {
        let output = self.run();
        assert!(
            output.code == Some(code),
            "expected exit status {code}\n{output}"
        );
        output
    }

    /// Starts the command at a terminal of its own, for somebody to talk to.
    #[cfg(unix)]
    #[track_caller]
    pub fn terminal(self) -> crate::Terminal<'home> {
        assert!(self.stdin.is_none(), "a terminal is typed at");
        let Self {
            home,
            command,
            title,
            secret_expected,
            limit,
            columns,
            ..
        } = self;
        crate::Terminal::start(home, command, title, limit, secret_expected, columns)
    }

    /// Starts the command and leaves it running.
    #[track_caller]
    pub fn spawn(mut self) -> Running<'home> {
        let stdin = if self.stdin.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        };
        self.command
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = match self.command.spawn() {
            Ok(child) => child,
            Err(error) => panic!("cannot start `{}`: {error}", self.title),
        };
        if let (Some(mut pipe), Some(input)) = (child.stdin.take(), self.stdin.take()) {
            // The run may end without reading all of its input, which is its own affair.
            std::thread::spawn(move || pipe.write_all(&input));
        }
        let stdout = Stream::read(child.stdout.take().expect("stdout is piped"));
        let stderr = Stream::read(child.stderr.take().expect("stderr is piped"));
        let in_lines = wants_lines(&self.command);
        let Self {
            home,
            title,
            args,
            secret_expected,
            limit,
            ..
        } = self;
        Running {
            home,
            child,
            title,
            args,
            in_lines,
            stdout,
            stderr,
            secret_expected,
            limit,
        }
    }
}

/// A command that runs; it is killed when this goes away.
#[derive(Debug)]
pub struct Running<'home> {
    home: PhantomData<&'home TestHome>,
    child: Child,
    title: String,
    args: Vec<String>,
    in_lines: bool,
    stdout: Stream,
    stderr: Stream,
    secret_expected: bool,
    limit: Duration,
}

impl Running<'_> {
    /// Waits until `text` has been printed, on either stream.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        let start = Instant::now();
        loop {
            // Asked first: what an ended process had printed may still be in the pipe.
            let status = self
                .child
                .try_wait()
                .expect("a started process can be asked");
            if self.stdout.text().contains(text) || self.stderr.text().contains(text) {
                return;
            }
            if status.is_some() || start.elapsed() > self.limit {
                let end = if status.is_some() {
                    "ended"
                } else {
                    "took too long"
                };
                panic!(
                    "`{}` {end} without printing `{text}`\n{}",
                    self.title,
                    self.seen(status)
                );
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Waits for the end.
    #[must_use = "an output that nobody looks at tests nothing"]
    #[track_caller]
    pub fn finish(mut self) -> Output {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self
                .child
                .try_wait()
                .expect("a started process can be asked")
            {
                break status;
            }
            if start.elapsed() > self.limit {
                panic!(
                    "`{}` took over {:?}\n{}",
                    self.title,
                    self.limit,
                    self.seen(None)
                );
            }
            std::thread::sleep(PAUSE);
        };
        self.stdout.end();
        self.stderr.end();
        let output = self.seen(Some(status));
        assert_described(&self.args, self.in_lines, &output.stdout);
        if !self.secret_expected {
            assert_no_seeds(
                &format!("standard output of `{}`", self.title),
                &output.stdout,
            );
            assert_no_seeds(
                &format!("standard error of `{}`", self.title),
                &output.stderr,
            );
        }
        output
    }

    /// Interrupts the command as Ctrl-C would, then waits for its end.
    #[cfg(unix)]
    #[must_use = "an output that nobody looks at tests nothing"]
    #[track_caller]
    pub fn interrupt(self) -> Output {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status();
        assert!(
            sent.is_ok_and(|status| status.success()),
            "cannot interrupt `{}`",
            self.title
        );
        self.finish()
    }

    fn seen(&self, status: Option<ExitStatus>) -> Output {
        Output {
            title: self.title.clone(),
            code: status.and_then(|status| status.code()),
            stdout: self.stdout.text(),
            stderr: self.stderr.text(),
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        // Both fail once it has ended, which is what they are for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a run printed and how it ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Output {
    title: String,
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Output {
    /// The exit status; `None` when a signal ended the run.
    pub fn code(&self) -> Option<i32> {
        self.code
    }

    /// Standard output as text.
    pub fn stdout(&self) -> &str {
        &self.stdout
    }

    /// Standard error as text.
    pub fn stderr(&self) -> &str {
        &self.stderr
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!("standard output is not one JSON document: {error}\n{self}"),
        }
    }

    /// Expects `text` on standard output.
    #[track_caller]
    pub fn stdout_has(&self, text: &str) -> &Self {
        assert!(
            self.stdout.contains(text),
            "no `{text}` on standard output\n{self}"
        );
        self
    }

    /// Expects `text` on standard error.
    #[track_caller]
    pub fn stderr_has(&self, text: &str) -> &Self {
        assert!(
            self.stderr.contains(text),
            "no `{text}` on standard error\n{self}"
        );
        self
    }
}

impl std::fmt::Display for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = self
            .code
            .map_or_else(|| "none".to_owned(), |code| code.to_string());
        writeln!(f, "$ {}\nexit status: {code}", self.title)?;
        writeln!(
            f,
            "--- stdout\n{}\n--- stderr\n{}",
            self.stdout, self.stderr
        )
    }
}

/// A pipe read in the background, so that neither side waits for the other.
#[derive(Debug)]
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Stream {
    fn read(mut pipe: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&bytes);
        let reader = std::thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = pipe.read(&mut piece) {
                let mut bytes = shared.lock().unwrap_or_else(PoisonError::into_inner);
                bytes.extend_from_slice(&piece[..length]);
            }
        });
        Self {
            bytes,
            reader: Some(reader),
        }
    }

    fn text(&self) -> String {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Waits for the end of the pipe.
    fn end(&mut self) {
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}
