//! A person at a terminal: what is asked is read off the screen, and answered with keys.

use std::io::{Read, Write};
use std::marker::PhantomData;
use std::num::NonZeroU16;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command as PtyCommand, Pty, open};

use crate::TestHome;
use crate::secrets::assert_no_seeds;

/// A person at a terminal does not wait any longer.
const LIMIT: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(5);
/// Nothing scrolls away on a screen of this height, and nothing is broken in two.
const ROWS: NonZeroU16 = NonZeroU16::new(200).expect("not zero");
const COLUMNS: NonZeroU16 = NonZeroU16::new(160).expect("not zero");

/// A key that is no letter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Key {
    /// Arrow down.
    Down,
    /// Ctrl-D.
    EndOfInput,
    /// Enter.
    Enter,
    /// Escape.
    Escape,
    /// Ctrl-C.
    Interrupt,
    /// The space bar.
    Space,
    /// Arrow up.
    Up,
}

impl Key {
    fn bytes(self) -> &'static str {
        match self {
            Self::Down => "\x1b[B",
            Self::EndOfInput => "\x04",
            Self::Enter => "\r",
            Self::Escape => "\x1b",
            Self::Interrupt => "\x03",
            Self::Space => " ",
            Self::Up => "\x1b[A",
        }
    }
}

/// A command that runs at a terminal; it is killed when this goes away.
///
/// An open question is the last line of the screen that begins with `? `.
pub struct Terminal<'home> {
    home: PhantomData<&'home TestHome>,
    child: Child,
    title: String,
    pty: Arc<Pty>,
    seen: Arc<Mutex<Seen>>,
    limit: Duration,
    secret_expected: bool,
}

/// What came so far.
struct Seen {
    screen: vt100::Parser,
    bytes: Vec<u8>,
    /// The other side is gone.
    ended: bool,
}

impl<'home> Terminal<'home> {
    #[track_caller]
    pub(crate) fn start(
        home: PhantomData<&'home TestHome>,
        command: Command,
        title: String,
        limit: Duration,
        secret_expected: bool,
        columns: Option<NonZeroU16>,
    ) -> Self {
        let columns = columns.unwrap_or(COLUMNS);
        let (pty, pts) = open().expect("the system has pseudo-terminals");
        pty.resize(Size::new(ROWS.get(), columns.get()))
            .expect("a new terminal takes a size");
        let command = PtyCommand::from(command).env("TERM", "xterm");
        let child = match command.spawn(pts) {
            Ok(child) => child,
            Err(error) => panic!("cannot start `{title}` at a terminal: {error}"),
        };
        let pty = Arc::new(pty);
        let seen = Arc::new(Mutex::new(Seen {
            screen: vt100::Parser::new(ROWS, columns, 0),
            bytes: Vec::new(),
            ended: false,
        }));
        follow(Arc::clone(&pty), Arc::clone(&seen));
        Self {
            home,
            child,
            title,
            pty,
            seen,
            limit: limit.min(LIMIT),
            secret_expected,
        }
    }

    /// Waits for an open question with this text.
    #[track_caller]
    pub fn asks(&mut self, text: &str) -> &mut Self {
        let what = format!("question `{text}`");
        self.wait(&what, |screen| {
            open_question(screen).is_some_and(|(_, line)| line.contains(text))
        });
        self
    }

    /// Waits until this text is on the screen.
    #[track_caller]
    pub fn shows(&mut self, text: &str) -> &mut Self {
        self.wait(text, |screen| screen.contains(text));
        self
    }

    /// Types an answer and Enter, and waits until the open question is one no more.
    #[track_caller]
    pub fn answer(&mut self, text: &str) -> &mut Self {
        let row = open_question(&self.screen()).map(|(row, _)| row);
        let row = row.unwrap_or_else(|| panic!("nothing is asked\n{}", self.transcript(None)));
        self.types(text).press(Key::Enter);
        self.wait("end of the question", |screen| {
            !is_open(screen.lines().nth(row).unwrap_or_default())
        });
        self
    }

    /// Waits for questions with these texts, one after the other, and gives each its answer.
    #[track_caller]
    pub fn dialog(&mut self, questions: &[(&str, &str)]) -> &mut Self {
        for (question, answer) in questions {
            self.asks(question).answer(answer);
        }
        self
    }

    /// Types text.
    #[track_caller]
    pub fn types(&mut self, text: &str) -> &mut Self {
        // An ended command hears nothing, which shows in what it leaves behind.
        let _ = (&*self.pty).write_all(text.as_bytes());
        self
    }

    /// Presses a key.
    #[track_caller]
    pub fn press(&mut self, key: Key) -> &mut Self {
        self.types(key.bytes())
    }

    /// The lines of the screen, without those that are empty at its end.
    pub fn screen(&self) -> String {
        self.lock().screen.screen().contents()
    }

    /// Waits for the end and expects this exit status; gives the screen as it was left.
    #[track_caller]
    pub fn ends(self, code: i32) -> String {
        let title = self.title.clone();
        let (ended, screen) = self.end();
        assert!(
            ended == Some(code),
            "`{title}`: expected exit status {code}, not {ended:?}\n--- screen\n{screen}"
        );
        screen
    }

    /// As [`ends`](Self::ends), and no line of a table was too long for the terminal.
    #[track_caller]
    pub fn fits(mut self, code: i32) -> String {
        self.wait_for_end();
        let seen = self.lock();
        let screen = seen.screen.screen();
        let rows: Vec<String> = screen.rows(0, 2).collect();
        let is_of_table = |row: u16| rows[usize::from(row)].starts_with(['|', '+']);
        let broken = (0..ROWS.get()).filter(|row| screen.row_wrapped(*row) && is_of_table(*row));
        let broken: Vec<u16> = broken.collect();
        assert!(
            broken.is_empty(),
            "`{}`: lines {broken:?} are too long\n{}",
            self.title,
            screen.contents()
        );
        drop(seen);
        self.ends(code)
    }

    /// Waits for the end, whatever that is; gives the exit status, and the screen as it was left.
    #[track_caller]
    pub fn end(mut self) -> (Option<i32>, String) {
        let status = self.wait_for_end();
        let screen = self.screen();
        let all = String::from_utf8_lossy(&self.lock().bytes).into_owned();
        let is_as_before = {
            let seen = self.lock();
            let screen = seen.screen.screen();
            !screen.hide_cursor() && !screen.bracketed_paste()
        };
        assert!(is_as_before, "`{}` left the terminal changed", self.title);
        if !self.secret_expected {
            assert_no_seeds(&format!("the screen of `{}`", self.title), &screen);
            assert_no_seeds(&format!("the terminal of `{}`", self.title), &all);
        }
        (status.code(), screen)
    }

    #[track_caller]
    fn wait_for_end(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            let status = self
                .child
                .try_wait()
                .expect("a started process can be asked");
            if let Some(status) = status.filter(|_| self.lock().ended) {
                return status;
            }
            if start.elapsed() > self.limit {
                panic!("`{}` does not end\n{}", self.title, self.transcript(status));
            }
            std::thread::sleep(PAUSE);
        }
    }

    #[track_caller]
    fn wait(&mut self, what: &str, is_there: impl Fn(&str) -> bool) {
        let start = Instant::now();
        loop {
            let ended = self.lock().ended;
            if is_there(&self.screen()) {
                return;
            }
            if ended || start.elapsed() > self.limit {
                let end = if ended { "ended" } else { "took too long" };
                panic!(
                    "`{}` {end}: no {what}\n{}",
                    self.title,
                    self.transcript(None)
                );
            }
            std::thread::sleep(PAUSE);
        }
    }

    fn transcript(&self, status: Option<ExitStatus>) -> String {
        let status = status.map_or_else(|| "running".to_owned(), |status| status.to_string());
        format!("$ {}\n{status}\n--- screen\n{}", self.title, self.screen())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        // Both fail once it has ended, which is what they are for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads in the background what the command says, until nobody holds the other side any more.
fn follow(pty: Arc<Pty>, seen: Arc<Mutex<Seen>>) {
    std::thread::spawn(move || {
        let mut piece = [0; 4096];
        loop {
            // Linux ends with an error.
            let length = (&*pty).read(&mut piece).unwrap_or(0);
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            if length == 0 {
                seen.ended = true;
                return;
            }
            seen.screen.process(&piece[..length]);
            seen.bytes.extend_from_slice(&piece[..length]);
        }
    });
}

/// The row of the open question, and its line.
fn open_question(screen: &str) -> Option<(usize, &str)> {
    let lines: Vec<&str> = screen.lines().collect();
    let row = lines.iter().rposition(|line| is_open(line))?;
    Some((row, lines[row]))
}

fn is_open(line: &str) -> bool {
    line.starts_with("? ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for a name at the terminal, then tells it.
    const SCRIPT: &str = r#"stty -echo; printf '? name '; read name; printf '\r> name %s\nhello %s\n' "$name" "$name"; exit 3"#;

    fn shell<'home>(home: &'home TestHome, script: &str) -> crate::Call<'home> {
        home.program("/bin/sh".as_ref(), "sh", ["-c", script])
    }

    #[test]
    fn questions_are_seen_and_answered() {
        let home = TestHome::new("unused");
        let mut terminal = shell(&home, SCRIPT).terminal();
        terminal.asks("name").answer("Ann");
        let screen = terminal.ends(3);
        assert_eq!(screen.trim_end(), "> name Ann\nhello Ann");
    }

    #[test]
    #[should_panic(expected = "no question `age`")]
    fn a_question_that_does_not_come_fails() {
        let home = TestHome::new("unused");
        let limit = Duration::from_millis(200);
        shell(&home, SCRIPT).limit(limit).terminal().asks("age");
    }

    #[test]
    fn ctrl_c_interrupts() {
        let home = TestHome::new("unused");
        let script = "printf '? name '; exec sleep 60";
        let mut terminal = shell(&home, script).terminal();
        terminal.asks("name").press(Key::Interrupt);
        assert_eq!(terminal.wait_for_end().code(), None);
    }
}
