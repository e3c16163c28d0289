//! Finding the key in a file, and printing its public key.

use crate::{OTHER_PUBLIC, OTHER_SEED, PUBLIC, SEED, fails, home, prints};

const PRIVATE: &str = "PDKCBAI3VGF6TIN5A6KHHCX3R7SAWUX44CD4HKYU6VKHWQOCUCPN7SZRZFO2WNQOFUKFU7A3XEC2LSW3JNWARDGSADRCFCNTA56KYB7NGMIA";

/// A user seed of 31 bytes with a matching checksum.
const SHORT_SEED: &str = "SUANW36VSS43TOR4EBUBNL2PT2FMNDXPTYJWVICYAQHMAKS4K4W7CEK4";

#[test]
fn the_first_seed_is_taken_whatever_stands_around_it() {
    let home = home();
    for text in [
        SEED.to_owned(),
        format!("{SEED}\r\n"),
        format!("# comment\n\n{SEED}\nmore\n{OTHER_SEED}\n"),
        format!("-----BEGIN USER NKEY SEED-----\n{SEED}\n------END USER NKEY SEED------\n"),
        format!("  {SEED}\t \r\n"),
        format!("{OTHER_PUBLIC}\n{PRIVATE}\n{SHORT_SEED}\n{SEED}\n"),
        format!("{}\n{SEED}\n", OTHER_SEED.replacen('I', "A", 1)),
    ] {
        home.write("work/k", &text);
        prints(home.nk(["-inkey", "k", "-pubout"]), &format!("{PUBLIC}\n"));
        prints(
            home.nk(["-pubout", "-inkey", "-"]).stdin(text),
            &format!("{PUBLIC}\n"),
        );
    }
    home.write("work/k", [b"caf\xE9\n", SEED.as_bytes()].concat());
    prints(home.nk(["-inkey", "k", "-pubout"]), &format!("{PUBLIC}\n"));
}

#[test]
fn files_without_a_usable_seed_are_refused() {
    let home = home();
    let damaged = OTHER_SEED.replacen('I', "A", 1);
    for (text, reason) in [
        ("", "no key found"),
        ("nothing here\n", "no key found"),
        (&damaged, "no key found"),
        (&SEED.to_lowercase(), "no key found"),
        (&format!("{SEED}=="), "no key found"),
        (&format!("{SEED} {SEED}"), "no key found"),
        (PUBLIC, "not a seed"),
        (PRIVATE, "not a seed"),
        (SHORT_SEED, "wrong length"),
    ] {
        home.write("work/k", text);
        fails(home.nk(["-inkey", "k", "-pubout"]), reason);
    }
}

#[test]
fn files_that_cannot_be_read_are_refused() {
    let home = home();
    fails(home.nk(["-inkey", "none", "-pubout"]), "cannot read `none`");
    fails(home.nk(["-inkey", ".", "-pubout"]), "cannot read `.`");
}

#[cfg(target_os = "linux")]
#[test]
fn an_endless_file_is_refused() {
    let home = home();
    fails(
        home.nk(["-inkey", "/dev/zero", "-pubout"]),
        "is larger than",
    );
}

#[test]
fn a_file_called_dash_needs_a_folder() {
    let home = home();
    home.write("work/-", OTHER_SEED);
    prints(
        home.nk(["-inkey", "./-", "-pubout"]),
        &format!("{OTHER_PUBLIC}\n"),
    );
    prints(
        home.nk(["-inkey", "-", "-pubout"]).stdin(SEED),
        &format!("{PUBLIC}\n"),
    );
}
