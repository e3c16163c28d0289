//! `nkeys.json`: key texts, signatures, sealed boxes and key files.

use data_encoding::BASE64URL_NOPAD;
use nsc_core::keys::{
    KeyError, KeyKind, PublicKey, Seed, TextKind, file, private_key_bytes, text_kind,
};
use serde::Deserialize;

use crate::frame::{Check, hex, need, none, same, same_result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "name")]
    _name: String,
    op: String,
    kind: Option<String>,
    seed: Option<String>,
    public: Option<String>,
    private: Option<String>,
    raw: Option<String>,
    text: Option<String>,
    message: Option<String>,
    signature: Option<String>,
    base64url: Option<String>,
    key: Option<String>,
    ok: Option<bool>,
    recipient: Option<String>,
    sender: Option<String>,
    nonce: Option<String>,
    sealed: Option<String>,
    error: Option<String>,
}

pub(crate) fn check(case: Case) -> Check {
    match case.op.as_str() {
        "seed" => check_seed(&case),
        "public" => check_public(&case),
        "private" => check_private(&case),
        "make" => check_make(&case),
        "kind" => check_kind(&case),
        "sign" => check_sign(&case),
        "verify" => check_verify(&case),
        "seal" => check_seal(&case),
        "open" => check_open(&case),
        "key_file" => check_key_file(&case),
        other => Err(format!("unknown op `{other}`")),
    }
}

fn check_seed(case: &Case) -> Check {
    let text = need(case.seed.as_deref(), "seed")?;
    refused_says_no_more(case, [&case.kind, &case.public, &case.private, &case.raw])?;
    outcome(case, Seed::parse(text), |seed| {
        same(
            "kind",
            seed.kind().name(),
            need(case.kind.as_deref(), "kind")?,
        )?;
        same(
            "public",
            seed.public_key().to_text(),
            need(case.public.as_deref(), "public")?,
        )?;
        let private = seed.expose_private();
        same(
            "private",
            private.as_str(),
            need(case.private.as_deref(), "private")?,
        )?;
        same("seed again", seed.expose().as_str(), text.trim())?;
        let bytes = private_key_bytes(&private).map_err(|error| error.to_string())?;
        same(
            "raw",
            &bytes[..32],
            hex(need(case.raw.as_deref(), "raw")?)?.as_slice(),
        )
    })
}

fn check_public(case: &Case) -> Check {
    let text = need(case.public.as_deref(), "public")?;
    refused_says_no_more(case, [&case.kind, &case.raw])?;
    outcome(case, PublicKey::parse(text), |key| {
        same(
            "kind",
            key.kind().name(),
            need(case.kind.as_deref(), "kind")?,
        )?;
        same(
            "raw",
            key.as_bytes().as_slice(),
            hex(need(case.raw.as_deref(), "raw")?)?.as_slice(),
        )
    })
}

fn check_private(case: &Case) -> Check {
    let text = need(case.private.as_deref(), "private")?;
    refused_says_no_more(case, [&case.raw])?;
    outcome(case, private_key_bytes(text), |bytes| {
        same(
            "raw",
            bytes.as_slice(),
            hex(need(case.raw.as_deref(), "raw")?)?.as_slice(),
        )
    })
}

fn check_make(case: &Case) -> Check {
    let kind = need(case.kind.as_deref(), "kind")?;
    let kind = KeyKind::from_name(kind).ok_or_else(|| format!("unknown kind `{kind}`"))?;
    let entropy = hex(need(case.raw.as_deref(), "raw")?)?;
    let entropy = entropy
        .try_into()
        .map_err(|_| "`raw` does not hold 32 bytes")?;
    let seed = Seed::from_entropy(kind, entropy);
    same(
        "seed",
        seed.expose().as_str(),
        need(case.seed.as_deref(), "seed")?,
    )?;
    same(
        "public",
        seed.public_key().to_text(),
        need(case.public.as_deref(), "public")?,
    )
}

fn check_kind(case: &Case) -> Check {
    let text = need(case.text.as_deref(), "text")?;
    let kind = text_kind(text).unwrap_or(TextKind::Unknown);
    same("kind", kind.name(), need(case.kind.as_deref(), "kind")?)
}

fn check_sign(case: &Case) -> Check {
    let seed = Seed::parse(need(case.seed.as_deref(), "seed")?).map_err(|e| e.to_string())?;
    let message = hex(need(case.message.as_deref(), "message")?)?;
    refused_says_no_more(case, [&case.signature, &case.base64url])?;
    outcome(case, seed.sign(&message), |signature| {
        let want = hex(need(case.signature.as_deref(), "signature")?)?;
        same("signature", signature.as_slice(), want.as_slice())?;
        let text = BASE64URL_NOPAD.encode(&signature);
        same(
            "base64url",
            text,
            need(case.base64url.as_deref(), "base64url")?,
        )
    })
}

fn check_verify(case: &Case) -> Check {
    let message = hex(need(case.message.as_deref(), "message")?)?;
    let signature = hex(need(case.signature.as_deref(), "signature")?)?;
    let key = need(case.key.as_deref(), "key")?;
    let verified = PublicKey::parse(key).and_then(|key| key.verify(&message, &signature));
    if let Some(ok) = case.ok {
        same("ok", verified.is_ok(), ok)?;
    }
    outcome(case, verified, Ok)
}

fn check_seal(case: &Case) -> Check {
    let seed = Seed::parse(need(case.seed.as_deref(), "seed")?).map_err(|e| e.to_string())?;
    let message = hex(need(case.message.as_deref(), "message")?)?;
    let nonce = match case.nonce.as_deref() {
        Some(nonce) => hex(nonce)?
            .try_into()
            .map_err(|_| "`nonce` does not hold 24 bytes")?,
        // Refused before the nonce matters.
        None => [0; 24],
    };
    let recipient = peer(need(case.recipient.as_deref(), "recipient")?);
    let sealed = seed.seal(&message, &recipient, nonce);
    refused_says_no_more(case, [&case.sealed])?;
    outcome(case, sealed, |sealed| {
        let want = hex(need(case.sealed.as_deref(), "sealed")?)?;
        same("sealed", sealed, want)
    })
}

fn check_open(case: &Case) -> Check {
    let seed = Seed::parse(need(case.seed.as_deref(), "seed")?).map_err(|e| e.to_string())?;
    let sealed = hex(need(case.sealed.as_deref(), "sealed")?)?;
    let sender = peer(need(case.sender.as_deref(), "sender")?);
    refused_says_no_more(case, [&case.message])?;
    outcome(case, seed.open(&sealed, &sender), |message| {
        let want = hex(need(case.message.as_deref(), "message")?)?;
        same("message", message.as_slice(), want.as_slice())
    })
}

/// A peer's key; a text that is none stands as a key of the wrong kind, so that it is refused in
/// its turn.
fn peer(text: &str) -> PublicKey {
    PublicKey::parse(text).unwrap_or(PublicKey::new(KeyKind::User, [0; 32]))
}

fn check_key_file(case: &Case) -> Check {
    let text = need(case.text.as_deref(), "text")?;
    refused_says_no_more(case, [&case.key])?;
    outcome(case, file::first_key(text), |key| {
        same("key", key, need(case.key.as_deref(), "key")?)
    })
}

fn outcome<T>(
    case: &Case,
    got: Result<T, KeyError>,
    check_value: impl FnOnce(T) -> Check,
) -> Check {
    same_result(
        got.as_ref().map(|_| ()).map_err(KeyError::class),
        case.error.as_deref(),
        |()| Ok(()),
    )?;
    got.map_or(Ok(()), check_value)
}

/// A case that is refused must not state results.
fn refused_says_no_more<const N: usize>(case: &Case, results: [&Option<String>; N]) -> Check {
    if case.error.is_none() {
        return Ok(());
    }
    results
        .iter()
        .try_for_each(|result| none(result, "result beside its error"))
}
