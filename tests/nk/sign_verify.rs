//! Signing files and checking signatures.

use nsc_testkit::TestHome;

use crate::{OTHER_PUBLIC, OTHER_SEED, PUBLIC, SEED, fails, home, prints};

const CURVE_SEED: &str = "SXAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADQE";
const CURVE_PUBLIC: &str = "XAX6K7NDI7GWEQYVFDNKYX53FEDTB77WQSX4JT6C5WIJSX2YZM5XIVNJ";

/// The other user key's signature of `hello`, as other nkeys tools make it.
const HELLO: &str =
    "prra-JwggmXS1kYkY0zYjhj9mRtMOJ0WtxTUgzkOdsAtclWTkfiq5pVfb1jux6F6lCf0ZyoQvFErYduUvVe1Cw";

/// A home with a message, the keys and the message's signature by the first key.
fn signed() -> (TestHome, String) {
    let home = home();
    home.write("work/m", "hello");
    for (name, text) in [
        ("seed", SEED),
        ("pub", PUBLIC),
        ("other-seed", OTHER_SEED),
        ("other-pub", OTHER_PUBLIC),
    ] {
        home.write(format!("work/{name}"), text);
    }
    let output = home.nk(["-sign", "m", "-inkey", "seed"]).success();
    let signature = output.stdout().trim_end().to_owned();
    assert_eq!(output.stdout(), format!("{signature}\n"));
    home.write("work/s", &signature);
    (home, signature)
}

#[test]
fn signatures_are_those_of_other_tools() {
    let (home, _) = signed();
    prints(
        home.nk(["-sign", "m", "-inkey", "other-seed"]),
        &format!("{HELLO}\n"),
    );
    prints(
        home.nk(["-sign", "-", "-inkey", "other-seed"])
            .stdin("hello"),
        &format!("{HELLO}\n"),
    );
}

#[test]
fn every_byte_of_a_file_is_signed() {
    let (home, _) = signed();
    for content in [&b""[..], b"hello\n", b"\0\xFF\r\n", &[7; 100_000]] {
        home.write("work/m", content);
        let output = home.nk(["-sign", "m", "-inkey", "seed"]).success();
        assert_eq!(output.stdout().len(), 87);
        home.write("work/s", output.stdout());
        prints(
            home.nk(["-verify", "m", "-sigfile", "s", "-pubin", "pub"]),
            "Verified OK\n",
        );
    }
}

#[test]
fn signing_needs_a_seed_that_can_sign() {
    let (home, _) = signed();
    home.write("work/curve", CURVE_SEED);
    fails(home.nk(["-sign", "m"]), "-sign needs -inkey");
    fails(
        home.nk(["-sign", "m", "-inkey", "curve"]),
        "x25519 keys cannot sign",
    );
    fails(home.nk(["-sign", "m", "-inkey", "pub"]), "not a seed");
    fails(
        home.nk(["-sign", "m", "-inkey", "none"]),
        "cannot read `none`",
    );
    fails(
        home.nk(["-sign", "none", "-inkey", "seed"]),
        "cannot read `none`",
    );
    fails(
        home.nk(["-sign", "-", "-inkey", "-"]).stdin(SEED),
        "standard input is wanted twice",
    );
}

#[test]
fn a_signature_is_verified_with_either_key() {
    let (home, _) = signed();
    let ok = "Verified OK\n";
    prints(
        home.nk(["-verify", "m", "-sigfile", "s", "-inkey", "seed"]),
        ok,
    );
    prints(
        home.nk(["-verify", "m", "-sigfile", "s", "-pubin", "pub"]),
        ok,
    );
    let both = [
        "-verify",
        "m",
        "-sigfile",
        "s",
        "-inkey",
        "seed",
        "-pubin",
        "other-pub",
    ];
    prints(home.nk(both), ok);
    let both = [
        "-verify",
        "m",
        "-sigfile",
        "s",
        "-inkey",
        "other-seed",
        "-pubin",
        "pub",
    ];
    fails(home.nk(both), "`m` is not verified");
}

#[test]
fn signatures_are_read_in_several_spellings() {
    let (home, signature) = signed();
    let standard = signature.replace('-', "+").replace('_', "/");
    let (head, tail) = signature.split_at(40);
    for text in [
        format!("{signature}\r\n"),
        format!("{head}\n{tail}\r\n"),
        format!("{standard}=="),
        format!("  {signature}==\t\n"),
    ] {
        home.write("work/s", &text);
        prints(
            home.nk(["-verify", "m", "-sigfile", "s", "-pubin", "pub"]),
            "Verified OK\n",
        );
    }
    for text in [
        format!("{head} {tail}"),
        format!("{signature}!"),
        format!("{head}={tail}"),
    ] {
        home.write("work/s", &text);
        let call = home.nk(["-verify", "m", "-sigfile", "s", "-pubin", "pub"]);
        fails(call, "`s` holds no signature");
    }
}

#[test]
fn wrong_signatures_files_and_keys_are_refused() {
    let (home, signature) = signed();
    home.write("work/changed", "hellO");
    home.write("work/curve", CURVE_PUBLIC);
    home.write("work/curve-seed", CURVE_SEED);
    let verify =
        |file, signature, flag, key| home.nk(["-verify", file, "-sigfile", signature, flag, key]);
    fails(verify("m", "s", "-pubin", "other-pub"), "is not verified");
    fails(
        verify("changed", "s", "-pubin", "pub"),
        "`changed` is not verified",
    );
    fails(verify("m", "s", "-pubin", "curve"), "is not verified");
    fails(verify("m", "s", "-inkey", "curve-seed"), "is not verified");
    fails(verify("m", "s", "-pubin", "seed"), "not a public key");
    fails(verify("m", "s", "-inkey", "pub"), "not a seed");
    fails(verify("m", "none", "-pubin", "pub"), "cannot read `none`");
    fails(verify("none", "s", "-pubin", "pub"), "cannot read `none`");
    for text in ["", "abcd", &signature[..84], &format!("{signature}AAAA")] {
        home.write("work/s", text);
        assert_ne!(
            verify("m", "s", "-pubin", "pub").run().code(),
            Some(0),
            "{text}"
        );
    }
}

#[test]
fn verifying_needs_a_signature_and_a_key() {
    let (home, _) = signed();
    fails(
        home.nk(["-verify", "m", "-pubin", "pub"]),
        "-verify needs -sigfile",
    );
    fails(
        home.nk(["-verify", "m", "-sigfile", "s"]),
        "-verify needs a key",
    );
}

#[test]
fn a_public_key_of_the_wrong_length_is_refused() {
    let (home, _) = signed();
    // 31 bytes and a matching checksum.
    home.write("work/short", short_public());
    fails(
        home.nk(["-verify", "m", "-sigfile", "s", "-pubin", "short"]),
        "wrong length",
    );
}

fn short_public() -> String {
    let mut bytes = vec![20 << 3];
    bytes.extend([9; 31]);
    let crc = bytes.iter().fold(0_u16, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| {
            if crc & 0x8000 == 0 {
                crc << 1
            } else {
                crc << 1 ^ 0x1021
            }
        })
    });
    bytes.extend(crc.to_le_bytes());
    data_encoding::BASE32_NOPAD.encode(&bytes)
}
