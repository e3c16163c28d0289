//! How flags are read, and which of several requests is done.

use crate::{PUBLIC, SEED, fails, home, prints};

#[test]
fn usage_is_asked_for_or_fallen_back_to() {
    let home = home();
    for help in ["-h", "--h", "-help", "--help"] {
        let output = home.nk([help]).success();
        output.stdout_has("-maxpre N");
        assert_eq!(output.stderr(), "");
    }
    home.write("work/k", SEED);
    let nothing: [&[&str]; 5] = [
        &[],
        &["-pubout"],
        &["-inkey", "k"],
        &["extra", "-gen", "user"],
        &["--", "-v"],
    ];
    for args in nothing {
        let output = home.nk(args).failure(1);
        assert_eq!(output.stdout(), "", "{output}");
        output.stderr_has("nk: nothing to do").stderr_has("Usage:");
    }
}

#[test]
fn the_version() {
    let home = home();
    let version = format!("nk version {}\n", env!("CARGO_PKG_VERSION"));
    for args in [
        &["-v"][..],
        &["--version"],
        &["-gen", "module", "-v", "-sign", "none"],
    ] {
        prints(home.nk(args), &version);
    }
    fails(home.nk(["-v", "-x"]), "no flag -x");
}

#[test]
fn complaints_about_flags() {
    let home = home();
    fails(home.nk(["-nope"]), "no flag -nope");
    fails(home.nk(["-gen"]), "-gen needs a value");
    fails(home.nk(["-pubout=yes"]), "`yes`");
    fails(home.nk(["-maxpre", "many"]), "`many`");
    fails(home.nk(["---v"]), "`---v`");
    fails(home.nk(["-gen", "user", "-e"]), "-e needs a value");
}

#[test]
fn values_come_after_an_equals_sign_or_as_the_next_argument() {
    let home = home();
    home.write("work/zero", [0; 32]);
    let both = format!("{SEED}\n{PUBLIC}\n");
    prints(home.nk(["--gen=USER", "--e", "zero", "--pubout"]), &both);
    prints(home.nk(["-gen", "user", "-e=zero", "-pubout=T"]), &both);
    prints(
        home.nk(["-gen", "user", "-e=zero", "-pubout=false"]),
        &format!("{SEED}\n"),
    );
}

#[test]
fn parsing_stops_and_the_last_one_counts() {
    let home = home();
    home.write("work/zero", [0; 32]);
    let seed = format!("{SEED}\n");
    prints(
        home.nk(["-gen", "user", "-e", "zero", "extra", "-pubout"]),
        &seed,
    );
    prints(
        home.nk(["-gen", "user", "-e", "zero", "--", "-pubout"]),
        &seed,
    );
    prints(
        home.nk(["-gen", "account", "-e", "none", "-gen=user", "-e=zero"]),
        &seed,
    );
}

#[test]
fn of_several_requests_the_first_in_order_is_done() {
    let home = home();
    home.write("work/k", SEED);
    home.write("work/zero", [0; 32]);
    home.write("work/m", "message");
    let generated = format!("{SEED}\n");
    prints(
        home.nk(["-sign", "m", "-inkey", "k", "-gen", "user", "-e", "zero"]),
        &generated,
    );

    let signature = home.nk(["-sign", "m", "-inkey", "k"]).success();
    prints(
        home.nk(["-sign", "m", "-inkey", "k", "-pubout"]),
        signature.stdout(),
    );
    prints(
        home.nk(["-sign", "m", "-inkey", "k", "-verify", "m"]),
        signature.stdout(),
    );
    fails(
        home.nk(["-verify", "m", "-inkey", "k", "-pubout"]),
        "-verify needs -sigfile",
    );
    fails(
        home.nk(["-e", "zero", "-inkey", "k", "-pubout"]),
        "add -gen TYPE",
    );
    prints(
        home.nk(["-gen=", "-inkey", "k", "-pubout"]),
        &format!("{PUBLIC}\n"),
    );
}

#[test]
fn a_seed_given_for_a_file_is_not_repeated() {
    let home = home();
    // The test kit searches all output for seeds.
    fails(home.nk(["-inkey", SEED, "-pubout"]), "(secret)");
    fails(home.nk([&format!("-{SEED}")]), "(secret)");
    fails(home.nk(["-gen", SEED]), "(secret)");
    fails(
        home.nk(["-gen", "user", &format!("-pubout={SEED}")]),
        "(secret)",
    );
}
