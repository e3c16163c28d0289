//! Making keys.

use crate::{PUBLIC, SEED, fails, home, prints};

#[test]
fn a_new_key_of_every_type() {
    let home = home();
    for (name, letter) in [
        ("operator", 'O'),
        ("Account", 'A'),
        ("USER", 'U'),
        ("server", 'N'),
        ("cluster", 'C'),
        ("curve", 'X'),
        ("X25519", 'X'),
    ] {
        let seed = home.nk(["-gen", name]).secret_expected().success();
        let text = seed.stdout().trim_end();
        assert_eq!(seed.stdout(), format!("{text}\n"));
        assert!(
            text.starts_with(&format!("S{letter}A")) && text.len() == 58,
            "{name}"
        );

        let public = home.nk(["-inkey", "-", "-pubout"]).stdin(text).success();
        assert!(
            public.stdout().starts_with(letter) && public.stdout().len() == 57,
            "{name}"
        );
        let again = home.nk(["-gen", name]).secret_expected().success();
        assert_ne!(again.stdout(), seed.stdout());
    }
}

#[test]
fn unknown_types_are_refused() {
    let home = home();
    for name in [
        "module", "use", "users", "seed", "private", " user", "ünknown",
    ] {
        fails(home.nk(["-gen", name]), "unknown key type");
    }
}

#[test]
fn entropy_makes_the_same_key_every_time() {
    let home = home();
    home.write("work/zero", [0; 32]);
    home.write("work/long", [&[0; 32][..], b"and more"].concat());
    let both = format!("{SEED}\n{PUBLIC}\n");
    prints(home.nk(["-gen", "user", "-e", "zero", "-pubout"]), &both);
    prints(home.nk(["-gen", "user", "-e", "long", "-pubout"]), &both);
    prints(
        home.nk(["-gen", "user", "-e", "-", "-pubout"])
            .stdin([0; 40]),
        &both,
    );
    prints(
        home.nk(["-gen", "curve", "-e", "zero", "-pubout"]),
        "SXAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADQE\n\
         XAX6K7NDI7GWEQYVFDNKYX53FEDTB77WQSX4JT6C5WIJSX2YZM5XIVNJ\n",
    );
}

#[test]
fn entropy_that_is_missing_or_short_is_refused() {
    let home = home();
    home.write("work/short", [0; 31]);
    fails(
        home.nk(["-gen", "user", "-e", "short"]),
        "`short` holds less than the 32 bytes",
    );
    fails(
        home.nk(["-gen", "user", "-e", "none"]),
        "cannot read `none`",
    );
    fails(home.nk(["-gen", "user", "-e", "."]), "cannot read `.`");
    fails(home.nk(["-e", "short"]), "add -gen TYPE");
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_a_failure() {
    let home = home();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_nk"))
        .args(["-gen", "user"])
        .current_dir(home.work())
        .stdout(full)
        .stderr(std::process::Stdio::null())
        .status();
    assert_eq!(status.unwrap().code(), Some(1));
}
