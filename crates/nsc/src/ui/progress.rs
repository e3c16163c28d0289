//! How far work is that takes more than a moment: told on a terminal alone, and gone when it is done.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that somebody may wait for. Once it has taken a second a line tells of it, until this goes away.
///
/// Nobody can be asked anything meanwhile.
pub struct Work {
    done: Arc<AtomicUsize>,
    line: Option<Line>,
}

/// The line is drawn beside the work, which may be anywhere.
struct Line {
    end: Sender<()>,
    thread: JoinHandle<()>,
}

impl Work {
    /// Work of which nothing is known but what it is.
    pub fn begin(what: &'static str) -> Self {
        Self::new(what, None)
    }

    /// Work in so many steps.
    pub fn of_steps(what: &'static str, steps: usize) -> Self {
        Self::new(what, Some(steps))
    }

    fn new(what: &'static str, steps: Option<usize>) -> Self {
        let done = Arc::new(AtomicUsize::new(0));
        let line = is_wanted().then(|| {
            let (end, ended) = channel();
            let done = Arc::clone(&done);
            let thread = std::thread::spawn(move || draw(what, steps, &done, &ended));
            Line { end, thread }
        });
        Self { done, line }
    }

    /// Tells of one step that is done, from any thread.
    pub fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(Line { end, thread }) = self.line.take() {
            // Both fail once the line has gone by itself.
            let _ = end.send(());
            let _ = thread.join();
        }
    }
}

/// Draws until the work has ended, and takes the line away.
fn draw(what: &'static str, steps: Option<usize>, done: &AtomicUsize, ended: &Receiver<()>) {
    let goes_on = |wait| ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout);
    if !goes_on(FIRST) {
        return;
    }
    let bar = match steps {
        Some(_) => new_bar().with_message(what),
        None => new_spinner().with_message(what),
    };
    bar.set_length(wide(steps.unwrap_or_default()));
    loop {
        bar.set_position(wide(done.load(Ordering::Relaxed)));
        bar.tick();
        if !goes_on(REDRAW) {
            return bar.finish_and_clear();
        }
    }
}

/// Nothing of it belongs into a file, a pipe, or onto a terminal that only adds lines.
fn is_wanted() -> bool {
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    std::io::stderr().is_terminal() && !is_dumb
}

/// A bar that appears once the work has taken a second, where a person is looking.
#[derive(Clone)]
pub struct Bar {
    state: Arc<Mutex<State>>,
}

struct State {
    since: Instant,
    shown: Option<ProgressBar>,
}

impl Bar {
    /// None where standard error is no terminal: nothing of it belongs into a file or a pipe.
    pub fn on_terminal() -> Option<Self> {
        let state = State {
            since: Instant::now(),
            shown: None,
        };
        is_wanted().then(|| Self {
            state: Arc::new(Mutex::new(state)),
        })
    }

    /// Shows how much is done, and of how much if that is known.
    pub fn show(&self, what: &'static str, done: usize, all: Option<usize>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.since.elapsed() < FIRST {
            return;
        }
        let bar = state.shown.get_or_insert_with(new_bar);
        bar.set_message(what);
        bar.set_length(wide(all.unwrap_or(done)));
        bar.set_position(wide(done));
    }

    /// Takes it away.
    pub fn clear(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = state.shown.take() {
            bar.finish_and_clear();
        }
    }
}

fn new_bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} ({elapsed})");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn new_spinner() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
}

fn wide(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Work that is done sooner needs no bar.
const FIRST: Duration = Duration::from_secs(1);
/// How often a line is drawn again.
const REDRAW: Duration = Duration::from_millis(100);
