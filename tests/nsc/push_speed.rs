//! How long a push takes, of accounts that the server does not have and of unchanged ones. A measurement, run by
//! name: `cargo test --release -p nsc --test cli push_speed -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::system::{self, add_many, full_server};

/// Pushes so many accounts twice; gives both times.
#[expect(clippy::print_stdout, reason = "it is what a measurement is for")]
fn measure(count: u16) -> (Duration, Duration) {
    let home = system::home(json!({}));
    let server = full_server(&home);
    add_many(&home, count);
    let push = || {
        let start = Instant::now();
        let url = server.url();
        let output = home.nsc(["push", "-A", "-u", &url]).success();
        assert!(!output.stdout().contains("[ERR"), "{output}");
        start.elapsed()
    };
    let first = push();
    let again = push();
    println!("push of {count} accounts: {first:.2?}, unchanged: {again:.2?}");
    (first, again)
}

#[test]
#[ignore = "a measurement, for an idle machine and a release build"]
fn push_speed() {
    let (first, again) = measure(1_000);
    let (many, _) = measure(10_000);
    if cfg!(debug_assertions) {
        return;
    }
    assert!(first < Duration::from_millis(500), "{first:?}");
    assert!(again < Duration::from_millis(300), "{again:?}");
    assert!(many < Duration::from_secs(4), "{many:?}");
}
