//! Recorded key texts, and agreement with the `nkeys` crate of the NATS ecosystem.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

const VECTORS: &str = include_str!("../../../../tests/vectors/nkeys.json");

#[test]
fn recorded_cases() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() > 40);
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let outcome = run(case);
            let expected = case["error"].as_str().map_or(Ok(()), Err);
            let found = outcome.as_ref().map(|_| ()).map_err(String::as_str);
            (found != expected).then(|| format!("{}: {outcome:?}", text(case, "name")))
        })
        .collect();
    assert!(failures.is_empty(), "{failures:#?}");
}

/// Runs a case: the class of the expected kind of error, or a complaint about a wrong result.
fn run(case: &Value) -> Result<(), String> {
    match text(case, "op") {
        "seed" => run_seed(case),
        "public" => run_public(case),
        "private" => {
            let bytes = class(private_key_bytes(text(case, "private")))?;
            same("raw", bytes.as_slice(), hex(case, "raw"))
        }
        "make" => run_make(case),
        "kind" => {
            let found = text_kind(text(case, "text")).unwrap_or(TextKind::Unknown);
            same("kind", found.name(), text(case, "kind"))
        }
        "sign" => run_sign(case),
        "verify" => {
            let key = class(PublicKey::parse(text(case, "key")))?;
            class(key.verify(&hex(case, "message"), &hex(case, "signature")))
        }
        "seal" => run_seal(case),
        "open" => run_open(case),
        "key_file" => same(
            "key",
            class(file::first_key(text(case, "text")))?,
            text(case, "key"),
        ),
        other => Err(format!("unknown op {other}")),
    }
}

fn run_seed(case: &Value) -> Result<(), String> {
    let seed = class(Seed::parse(text(case, "seed")))?;
    same("kind", seed.kind().name(), text(case, "kind"))?;
    same("public", seed.public_key().to_text(), text(case, "public"))?;
    same(
        "private",
        seed.expose_private().as_str(),
        text(case, "private"),
    )?;
    same("seed", seed.expose().as_str(), text(case, "seed").trim())?;
    let private = class(private_key_bytes(&seed.expose_private()))?;
    same("raw", &private[..32], hex(case, "raw").as_slice())
}

fn run_public(case: &Value) -> Result<(), String> {
    let key = class(PublicKey::parse(text(case, "public")))?;
    same("kind", key.kind().name(), text(case, "kind"))?;
    same(
        "raw",
        key.as_bytes().as_slice(),
        hex(case, "raw").as_slice(),
    )
}

fn run_make(case: &Value) -> Result<(), String> {
    let kind = KeyKind::from_name(text(case, "kind")).ok_or("unknown kind")?;
    let entropy = hex(case, "raw").try_into().map_err(|_| "not 32 bytes")?;
    let seed = Seed::from_entropy(kind, entropy);
    same("public", seed.public_key().to_text(), text(case, "public"))?;
    same("seed", seed.expose().as_str(), text(case, "seed"))
}

fn run_sign(case: &Value) -> Result<(), String> {
    let seed = class(Seed::parse(text(case, "seed")))?;
    let signature = class(seed.sign(&hex(case, "message")))?;
    same(
        "signature",
        signature.as_slice(),
        hex(case, "signature").as_slice(),
    )?;
    let encoded = data_encoding::BASE64URL_NOPAD.encode(&signature);
    same("base64url", encoded, text(case, "base64url"))
}

fn run_seal(case: &Value) -> Result<(), String> {
    let seed = class(Seed::parse(text(case, "seed")))?;
    let nonce = hex(case, "nonce").try_into().map_err(|_| "not 24 bytes")?;
    let recipient = PublicKey::parse(text(case, "recipient"));
    let recipient = recipient.map_err(|_| KeyError::Recipient.class())?;
    let sealed = class(seed.seal(&hex(case, "message"), &recipient, nonce))?;
    same("sealed", sealed.as_slice(), hex(case, "sealed").as_slice())
}

fn run_open(case: &Value) -> Result<(), String> {
    let seed = class(Seed::parse(text(case, "seed")))?;
    let sender = PublicKey::parse(text(case, "sender"));
    let sender = sender.map_err(|_| KeyError::Sender.class())?;
    let message = class(seed.open(&hex(case, "sealed"), &sender))?;
    same(
        "message",
        message.as_slice(),
        hex(case, "message").as_slice(),
    )
}

fn text<'a>(case: &'a Value, name: &str) -> &'a str {
    case[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} missing in {case}"))
}

fn hex(case: &Value, name: &str) -> Vec<u8> {
    data_encoding::HEXLOWER
        .decode(text(case, name).as_bytes())
        .unwrap()
}

fn class<T>(result: Result<T, KeyError>) -> Result<T, String> {
    result.map_err(|error| error.class().to_owned())
}

fn same<A: PartialEq<B> + std::fmt::Debug, B: std::fmt::Debug>(
    what: &str,
    found: A,
    expected: B,
) -> Result<(), String> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what}: {found:?} is not {expected:?}"))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn signing_keys_agree_with_nkeys(bytes in any::<[u8; 32]>(), message in any::<Vec<u8>>()) {
        for kind in KeyKind::ALL.into_iter().filter(|kind| kind.can_sign()) {
            let ours = Seed::from_entropy(kind, bytes);
            let theirs = nkeys::KeyPair::from_seed(&ours.expose()).unwrap();
            prop_assert_eq!(theirs.seed().unwrap(), ours.expose().to_string());
            prop_assert_eq!(theirs.public_key(), ours.public_key().to_text());
            let signature = theirs.sign(&message).unwrap();
            prop_assert_eq!(ours.public_key().verify(&message, &signature), Ok(()));
            prop_assert_eq!(ours.sign(&message).unwrap().to_vec(), signature);
        }
    }

    #[test]
    fn curve_keys_agree_with_nkeys(bytes in any::<[[u8; 32]; 2]>(), nonce in any::<[u8; 24]>(), message in any::<Vec<u8>>()) {
        let [ours, peer] = bytes.map(|bytes| Seed::from_entropy(KeyKind::Curve, bytes));
        let theirs = nkeys::XKey::from_seed(&peer.expose()).unwrap();
        prop_assert_eq!(theirs.public_key(), peer.public_key().to_text());

        let from_us = ours.seal(&message, &peer.public_key(), nonce).unwrap();
        let our_public = nkeys::XKey::from_public_key(&ours.public_key().to_text()).unwrap();
        prop_assert_eq!(theirs.open(&from_us, &our_public).unwrap(), message.clone());

        let from_them = theirs.seal(&message, &our_public).unwrap();
        prop_assert_eq!(&*ours.open(&from_them, &peer.public_key()).unwrap(), &message);
    }
}
