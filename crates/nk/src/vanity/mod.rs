//! The search for a public key that begins with given letters.

mod draw;
mod prefix;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use nsc_core::keys::bulk::PublicKeys;
use nsc_core::keys::{KeyKind, Seed};

pub(crate) use draw::{Draws, Entropy};
pub(crate) use prefix::{Prefix, PrefixError};

use crate::error::Error;
use draw::Batch;

/// Tries what `draws` gives until a key fits, on all cores. `None` when the attempts are used up.
///
/// Of several keys that fit, the one drawn first is returned, so that a file of entropy always gives the same. `report`
/// is told of attempts as they are made, from any thread.
pub(crate) fn search(
    kind: KeyKind,
    prefix: &Prefix,
    draws: &Draws<'_>,
    report: &(dyn Fn(u64) + Sync),
) -> Result<Option<Seed>, Error> {
    let worker = Worker {
        kind,
        prefix,
        draws,
        report,
        keys: PublicKeys::new(),
        stop: AtomicBool::new(false),
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let results: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(|| worker.run())).collect();
        workers
            .into_iter()
            .map(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    });

    let mut first: Option<Found> = None;
    let mut failure = None;
    for result in results {
        match result {
            Ok(Some(found))
                if first
                    .as_ref()
                    .is_none_or(|first| found.attempt < first.attempt) =>
            {
                first = Some(found);
            }
            Ok(_) => {}
            Err(error) => failure = Some(error),
        }
    }
    match (first, failure.or_else(|| draws.ended())) {
        (Some(found), _) => Ok(Some(found.seed)),
        (None, Some(error)) => Err(error),
        (None, None) => Ok(None),
    }
}

/// A key that fits, and when it was drawn.
struct Found {
    attempt: u64,
    seed: Seed,
}

struct Worker<'a, 'e> {
    kind: KeyKind,
    prefix: &'a Prefix,
    draws: &'a Draws<'e>,
    report: &'a (dyn Fn(u64) + Sync),
    keys: PublicKeys,
    stop: AtomicBool,
}

impl Worker<'_, '_> {
    /// Works until some thread has found a key or nothing is left. Attempts once drawn are always made.
    fn run(&self) -> Result<Option<Found>, Error> {
        let mut batch = Batch::new();
        while !self.stop.load(Ordering::Relaxed) {
            let drawn = self.draws.next(&mut batch).inspect_err(|_| self.stop());
            let Some(first) = drawn? else { break };
            let found = self.first_that_fits(first, batch.secrets());
            (self.report)(batch.secrets().len() as u64);
            if found.is_some() {
                self.stop();
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn first_that_fits(&self, first: u64, secrets: &[[u8; 32]]) -> Option<Found> {
        let public = self.keys.derive(self.kind, secrets);
        let candidates = (first..).zip(secrets.iter().zip(&public));
        candidates
            .filter(|(_, (_, public))| self.prefix.may_fit(public))
            .find_map(|(attempt, (secret, _))| {
                let seed = Seed::from_entropy(self.kind, *secret);
                self.prefix
                    .fits(&seed.public_key())
                    .then_some(Found { attempt, seed })
            })
    }

    fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::sync::atomic::AtomicU64;

    use super::*;

    fn stream(keys: u64) -> Vec<u8> {
        (0..keys).flat_map(|n| n.to_le_bytes().repeat(4)).collect()
    }

    fn from_stream(bytes: &[u8], limit: u64) -> Draws<'_> {
        Draws::new(
            Entropy::Reader {
                name: OsStr::new("e"),
                reader: Box::new(bytes),
            },
            limit,
        )
    }

    fn first_fitting(kind: KeyKind, letters: &str) -> (u64, Seed) {
        let seeds = (0..).map(|n: u64| {
            let secret = n.to_le_bytes().repeat(4).try_into().unwrap();
            (n, Seed::from_entropy(kind, secret))
        });
        let mut seeds = seeds;
        seeds
            .find(|(_, seed)| seed.public_key().to_text()[1..].starts_with(letters))
            .unwrap()
    }

    #[test]
    fn the_first_key_of_a_file_is_found_at_exactly_its_attempt() {
        for (kind, letters) in [
            (KeyKind::User, "AB"),
            (KeyKind::Curve, "C7"),
            (KeyKind::Account, "D"),
        ] {
            let prefix = Prefix::parse(letters).unwrap();
            let (at, expected) = first_fitting(kind, letters);
            let bytes = stream(at + 200);
            for limit in [at + 1, at + 150, u64::MAX] {
                let found = search(kind, &prefix, &from_stream(&bytes, limit), &|_| {});
                assert!(
                    found.unwrap().unwrap().same_secret(&expected),
                    "{letters} within {limit}"
                );
            }
            let too_few = search(kind, &prefix, &from_stream(&bytes, at), &|_| {});
            assert!(too_few.unwrap().is_none());
        }
    }

    #[test]
    fn a_file_that_ends_is_a_failure_that_counts_whole_attempts() {
        let prefix = Prefix::parse("AAAAAAAAAA").unwrap();
        let mut bytes = stream(100);
        bytes.truncate(99 * 32 + 31);
        let failure = search(KeyKind::User, &prefix, &from_stream(&bytes, 1000), &|_| {});
        assert!(
            matches!(failure, Err(Error::EntropyEnded { attempts: 99, .. })),
            "{failure:?}"
        );
    }

    #[test]
    fn exactly_the_attempts_allowed_are_made() {
        let prefix = Prefix::parse("AAAAAAAAAA").unwrap();
        for limit in [0, 1, 63, 64, 65, 1000] {
            let made = AtomicU64::new(0);
            let report = |n| {
                made.fetch_add(n, Ordering::Relaxed);
            };
            let found = search(
                KeyKind::User,
                &prefix,
                &Draws::new(Entropy::System, limit),
                &report,
            );
            assert!(found.unwrap().is_none());
            assert_eq!(made.into_inner(), limit);
        }
    }

    #[test]
    fn short_prefixes_never_hang() {
        let prefix = Prefix::parse("a").unwrap();
        for _ in 0..50 {
            let draws = Draws::new(Entropy::System, 10_000);
            let seed = search(KeyKind::Server, &prefix, &draws, &|_| {})
                .unwrap()
                .unwrap();
            assert!(seed.public_key().to_text().starts_with("NA"));
        }
    }
}
