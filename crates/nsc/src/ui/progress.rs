//! A bar on a terminal for work that takes more than a moment.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

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
        std::io::stderr().is_terminal().then(|| Self {
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

fn wide(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Work that is done sooner needs no bar.
const FIRST: Duration = Duration::from_secs(1);
