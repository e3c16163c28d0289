//! Looking for keys with nice letters.

use crate::{fails, home, prints};

/// Runs a search and expects a seed and the public key that belongs to it.
#[track_caller]
fn finds(args: &[&str], public_start: &str) {
    let home = home();
    let output = home.nk(args).secret_expected().success();
    assert_eq!(output.stderr(), "", "a pipe gets no progress");
    let lines: Vec<&str> = output.stdout().lines().collect();
    let [seed, public] = lines[..] else {
        panic!("{output}")
    };
    assert!(public.starts_with(public_start), "{public}");
    prints(
        home.nk(["-inkey", "-", "-pubout"]).stdin(seed),
        &format!("{public}\n"),
    );
}

#[test]
fn letters_of_any_case_for_every_type() {
    finds(&["-gen", "user", "-pre", "a"], "UA");
    finds(&["-gen", "operator", "-pre", "Dz"], "ODZ");
    finds(&["-gen", "account", "-pre", "C2", "-pubout"], "AC2");
    finds(
        &["-gen", "server", "-pre", "b7", "-maxpre", "0x100000"],
        "NB7",
    );
    finds(
        &["-gen", "cluster", "-pre", "AA", "-maxpre", "1_000_000"],
        "CAA",
    );
    finds(&["-gen", "curve", "-pre", "BY"], "XBY");
}

#[test]
fn impossible_letters_are_refused_at_once() {
    let home = home();
    let many = ["-maxpre", "9223372036854775807"];
    for (letters, reason) in [
        ("E", "never `E`"),
        ("7A", "never `7`"),
        ("A1", "`1`"),
        ("a b", "` `"),
    ] {
        fails(
            home.nk([&["-gen", "user", "-pre", letters], &many[..]].concat()),
            reason,
        );
    }
    let long = "A".repeat(56);
    fails(
        home.nk([&["-gen", "user", "-pre", &long], &many[..]].concat()),
        "55 letters",
    );
}

#[test]
fn the_attempts_are_bounded() {
    let home = home();
    for attempts in ["0", "-1", "1", "100", "0x40"] {
        let call = home.nk(["-gen", "user", "-pre", "AAAAAAAAAAAA", "-maxpre", attempts]);
        let output = call.failure(1);
        assert_eq!(output.stdout(), "");
        output.stderr_has(if attempts == "0x40" {
            "64 attempts"
        } else {
            attempts
        });
    }
}

#[test]
fn all_attempts_count() {
    let home = home();
    // 64 attempts at one in four: fewer than one run in a hundred million fails.
    for _ in 0..10 {
        home.nk(["-gen", "user", "-pre", "A", "-maxpre", "64"])
            .secret_expected()
            .success();
    }
}

#[test]
fn a_file_is_read_on_through() {
    let home = home();
    // The key of 32 zero bytes begins with UA5, a user key of bytes 0x01 does not begin with UA.
    let ones = [1; 32];
    home.write("work/e", [&ones[..], &ones, &[0; 32]].concat());
    let pre = ["-gen", "user", "-pre", "a5", "-e", "e"];
    prints(
        home.nk(pre),
        &format!("{}\n{}\n", crate::SEED, crate::PUBLIC),
    );
    prints(
        home.nk([&pre[..], &["-maxpre", "3"]].concat()),
        &format!("{}\n{}\n", crate::SEED, crate::PUBLIC),
    );
    fails(
        home.nk([&pre[..], &["-maxpre", "2"]].concat()),
        "none of 2 attempts",
    );

    home.write("work/e", [&ones[..], &ones, &[0; 31]].concat());
    fails(home.nk(pre), "`e` ended after 2 attempts");
    fails(
        home.nk(["-gen", "user", "-pre", "a5", "-e", "none"]),
        "cannot read `none`",
    );
}

#[test]
fn an_empty_prefix_is_none() {
    let home = home();
    let output = home
        .nk(["-gen", "user", "-pre", ""])
        .secret_expected()
        .success();
    assert_eq!(output.stdout().lines().count(), 1);
}
