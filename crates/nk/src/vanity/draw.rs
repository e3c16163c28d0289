//! Handing out candidates: so many and no more, each once.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

use nsc_core::keys::bulk::PublicKeys;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::input::unreadable;
use crate::shown::shown;

/// Where candidates come from.
pub(crate) enum Entropy<'a> {
    /// A file, read on through, 32 bytes an attempt.
    Reader {
        /// Its name as given.
        name: &'a OsStr,
        /// Its bytes.
        reader: Box<dyn Read + Send + 'a>,
    },
    /// The operating system, 32 fresh random bytes an attempt.
    System,
}

/// Gives each thread its next candidates.
pub(crate) struct Draws<'a> {
    state: Mutex<State<'a>>,
}

struct State<'a> {
    entropy: Entropy<'a>,
    drawn: u64,
    limit: u64,
    /// The reader has come to its end.
    ended: bool,
}

impl<'a> Draws<'a> {
    /// At most `limit` candidates from `entropy`.
    pub(crate) fn new(entropy: Entropy<'a>, limit: u64) -> Self {
        Self {
            state: Mutex::new(State {
                entropy,
                drawn: 0,
                limit,
                ended: false,
            }),
        }
    }

    /// Fills the batch with the next candidates and tells the number of its first one; `None` when there are no more.
    pub(crate) fn next(&self, batch: &mut Batch) -> Result<Option<u64>, Error> {
        let mut state = self.lock();
        let first = state.drawn;
        let wanted = usize::try_from(state.limit - first).unwrap_or(usize::MAX);
        batch.resize(wanted.min(PublicKeys::BATCH));
        if batch.secrets().is_empty() || state.ended {
            return Ok(None);
        }
        if matches!(state.entropy, Entropy::System) {
            state.drawn += batch.secrets().len() as u64;
            drop(state);
            getrandom::fill(batch.bytes()).map_err(Error::Random)?;
            return Ok(Some(first));
        }
        let read = state.read(batch.bytes())?;
        batch.resize(read);
        state.drawn += read as u64;
        state.ended = read == 0;
        Ok((!state.ended).then_some(first))
    }

    /// The failure to report when the entropy ended before the limit.
    pub(crate) fn ended(&self) -> Option<Error> {
        let state = self.lock();
        match state.entropy {
            Entropy::Reader { name, .. } if state.ended => Some(Error::EntropyEnded {
                file: shown(name),
                attempts: state.drawn,
            }),
            _ => None,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State<'_> {
    /// Reads some candidates, as many as come at once, and tells how many; none at the end.
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Error> {
        let Entropy::Reader { name, reader } = &mut self.entropy else {
            return Ok(0);
        };
        let mut length = 0;
        loop {
            match reader.read(&mut bytes[length..]) {
                Ok(0) => return Ok(length / 32),
                Ok(read) => length += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(unreadable(name, error)),
            }
            // A slow source is not waited for longer than the candidate at hand needs.
            if length > 0 && length.is_multiple_of(32) {
                return Ok(length / 32);
            }
        }
    }
}

/// Candidates for one round of work, wiped when dropped.
pub(crate) struct Batch(Zeroizing<Vec<[u8; 32]>>);

impl Batch {
    pub(crate) fn new() -> Self {
        Self(Zeroizing::new(Vec::with_capacity(PublicKeys::BATCH)))
    }

    pub(crate) fn secrets(&self) -> &[[u8; 32]] {
        &self.0
    }

    fn bytes(&mut self) -> &mut [u8] {
        self.0.as_flattened_mut()
    }

    /// Never beyond the capacity, so the bytes do not move.
    fn resize(&mut self, length: usize) {
        self.0.resize(length.min(PublicKeys::BATCH), [0; 32]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in pieces of seven.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = buffer.len().min(7);
            self.0.read(&mut buffer[..length])
        }
    }

    #[test]
    fn a_slow_file_is_cut_into_the_same_candidates() {
        let bytes: Vec<u8> = (0..10 * 32 + 5).map(|at| (at % 251) as u8).collect();
        let reader = Box::new(Slow(&bytes));
        let draws = Draws::new(
            Entropy::Reader {
                name: OsStr::new("e"),
                reader,
            },
            1000,
        );
        let mut batch = Batch::new();
        let mut seen = Vec::new();
        while let Some(first) = draws.next(&mut batch).unwrap() {
            assert_eq!(first as usize * 32, seen.len());
            seen.extend_from_slice(batch.secrets().as_flattened());
        }
        assert_eq!(seen, bytes[..10 * 32]);
        assert!(matches!(
            draws.ended(),
            Some(Error::EntropyEnded { attempts: 10, .. })
        ));
    }
}
