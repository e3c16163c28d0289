//! Secrets must not stay on the heap after their key is dropped.
//!
//! The stack is not looked at: safe Rust cannot keep the compiler from leaving copies in dead frames.

#![cfg(target_os = "linux")]
#![expect(
    clippy::disallowed_methods,
    reason = "looks at its own memory through /proc"
)]

use std::fs::{self, File};
use std::ops::Range;
use std::os::unix::fs::FileExt;

use nsc_core::keys::{KeyKind, Seed};

#[test]
fn nothing_of_a_dropped_seed_is_left_on_the_heap() {
    let text_needle = middle_of_text(KeyKind::User);
    for kind in KeyKind::ALL {
        let seed = Seed::from_entropy(kind, secret());
        let text = seed.expose();
        let private = seed.expose_private();
        let again = Seed::parse(&text).expect("own text");
        if kind.can_sign() {
            seed.sign(b"message").expect("signs");
        } else {
            let sealed = seed
                .seal(b"message", &seed.public_key(), [0; 24])
                .expect("seals");
            again.open(&sealed, &seed.public_key()).expect("opens");
        }
        assert!(heap_holds(&secret()), "the scan finds a living {kind} seed");
        assert!(
            heap_holds(&text_needle),
            "the scan finds the text of a living {kind} seed"
        );

        drop((seed, text, private, again));
        assert!(
            !heap_holds(&secret()),
            "raw bytes of a {kind} seed are left"
        );
        assert!(
            !heap_holds(&text_needle),
            "the text of a {kind} seed is left"
        );
    }
}

/// Computed at each use, so that the program text does not hold it.
fn secret() -> [u8; 32] {
    std::array::from_fn(|at| (at as u8).wrapping_mul(37) ^ 0x5A)
}

/// The part of the seed text that is the same for every kind.
fn middle_of_text(kind: KeyKind) -> [u8; 32] {
    let text = Seed::from_entropy(kind, secret()).expose();
    text.as_bytes()[8..40].try_into().expect("58 characters")
}

/// Looks for the needle in all writable memory but the stack of this thread.
fn heap_holds(needle: &[u8; 32]) -> bool {
    // On the stack: a buffer on the heap would be found itself.
    let mut window = [0_u8; 4096];
    let stack = window.as_ptr().addr() as u64;
    let memory = File::open("/proc/self/mem").expect("own memory");
    let step = window.len() - needle.len();
    writable_regions()
        .into_iter()
        .filter(|region| !region.contains(&stack))
        .any(|region| {
            region.clone().step_by(step).any(|at| {
                let length = window.len().min((region.end - at) as usize);
                memory
                    .read_exact_at(&mut window[..length], at)
                    .expect("readable");
                window[..length]
                    .windows(needle.len())
                    .any(|part| part == needle)
            })
        })
}

fn writable_regions() -> Vec<Range<u64>> {
    let region = |line: &str| {
        let (start, end) = line.split_once(" rw-p ")?.0.split_once('-')?;
        let hex = |text| u64::from_str_radix(text, 16).ok();
        Some(hex(start)?..hex(end)?)
    };
    fs::read_to_string("/proc/self/maps")
        .expect("maps")
        .lines()
        .filter_map(region)
        .collect()
}
