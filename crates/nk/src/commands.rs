//! What `nk` does: decides by the flags, and gives back what to print.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use nsc_core::keys::{KeyError, KeyKind, PublicKey, Seed};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::input::{Input, unreadable};
use crate::options::{Options, given};
use crate::shown::shown;
use crate::vanity::{Draws, Entropy, Prefix, search};

/// The text for standard output. It may hold a seed.
pub(crate) type Outcome = Zeroizing<String>;

/// Does the first thing that the flags ask for; the rest of them is ignored.
pub(crate) fn run(
    options: &Options,
    stdin: &mut (dyn Read + Send),
    show_progress: bool,
) -> Result<Outcome, Error> {
    let mut input = Input::new(stdin);
    if options.version {
        return Ok(Outcome::from(format!(
            "nk version {}\n",
            env!("CARGO_PKG_VERSION")
        )));
    }
    if let Some(kind) = given(&options.generate) {
        return generate(options, kind, &mut input, show_progress);
    }
    if given(&options.entropy).is_some() {
        return Err(Error::EntropyAlone);
    }
    if let Some(file) = given(&options.sign) {
        return sign(options, file, &mut input);
    }
    if let Some(file) = given(&options.verify) {
        return verify(options, file, &mut input);
    }
    match given(&options.in_key) {
        Some(file) if options.public_out => {
            let public = input.seed(file)?.public_key();
            Ok(Outcome::from(format!("{public}\n")))
        }
        _ => Err(Error::NothingToDo),
    }
}

fn generate(
    options: &Options,
    kind: &OsStr,
    input: &mut Input<'_>,
    show_progress: bool,
) -> Result<Outcome, Error> {
    let unknown = || Error::UnknownType { name: shown(kind) };
    let kind = kind
        .to_str()
        .and_then(KeyKind::from_name)
        .ok_or_else(unknown)?;
    let entropy = given(&options.entropy);
    if let Some(prefix) = given(&options.prefix) {
        let prefix = Prefix::parse(&prefix.to_string_lossy()).map_err(Error::Prefix)?;
        let seed = find(options, kind, &prefix, input, show_progress)?;
        return Ok(lines(&seed, true));
    }
    let mut secret = Zeroizing::new([0; 32]);
    match entropy {
        Some(name) => read_secret_bytes(input, name, &mut secret)?,
        None => getrandom::fill(&mut *secret).map_err(Error::Random)?,
    }
    Ok(lines(
        &Seed::from_entropy(kind, *secret),
        options.public_out,
    ))
}

fn read_secret_bytes(
    input: &mut Input<'_>,
    name: &OsStr,
    secret: &mut [u8; 32],
) -> Result<(), Error> {
    input.open(name)?.read_exact(secret).map_err(|error| {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            Error::EntropyShort { file: shown(name) }
        } else {
            unreadable(name, error)
        }
    })
}

fn lines(seed: &Seed, with_public: bool) -> Outcome {
    let mut text = Outcome::new(String::with_capacity(128));
    text.push_str(&seed.expose());
    text.push('\n');
    if with_public {
        text.push_str(&seed.public_key().to_text());
        text.push('\n');
    }
    text
}

fn find(
    options: &Options,
    kind: KeyKind,
    prefix: &Prefix,
    input: &mut Input<'_>,
    show_progress: bool,
) -> Result<Seed, Error> {
    let entropy = match given(&options.entropy) {
        Some(name) => Entropy::Reader {
            name,
            reader: input.open(name)?,
        },
        None => Entropy::System,
    };
    let limit = u64::try_from(options.max_attempts).unwrap_or(0);
    let bar = if show_progress {
        spinner(prefix)
    } else {
        ProgressBar::hidden()
    };
    let found = search(kind, prefix, &Draws::new(entropy, limit), &|tried| {
        bar.inc(tried)
    });
    bar.finish_and_clear();
    found?.ok_or(Error::NotFound {
        attempts: options.max_attempts,
    })
}

fn spinner(prefix: &Prefix) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{spinner} {human_pos} keys tried, {rate}/s, {msg}")
        .expect("the template is well formed")
        .with_key(
            "rate",
            |state: &ProgressState, text: &mut dyn std::fmt::Write| {
                // A rate that cannot be shown is not worth a failure.
                let _ = write!(text, "{:.0}", state.per_sec());
            },
        );
    bar.set_style(style);
    bar.set_message(format!("one in {} fits", prefix.one_in()));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn sign(options: &Options, file: &OsStr, input: &mut Input<'_>) -> Result<Outcome, Error> {
    let missing = Error::Missing {
        action: "-sign",
        flag: "-inkey",
        hint: "name the file with the seed: -inkey FILE",
    };
    let key_file = given(&options.in_key).ok_or(missing)?;
    let seed = input.seed(key_file)?;
    let message = input.read(file)?;
    let signature = seed.sign(&message).map_err(|source| Error::Sign {
        file: shown(key_file),
        source,
    })?;
    Ok(Outcome::from(BASE64URL_NOPAD.encode(&signature) + "\n"))
}

fn verify(options: &Options, file: &OsStr, input: &mut Input<'_>) -> Result<Outcome, Error> {
    let missing = Error::Missing {
        action: "-verify",
        flag: "-sigfile",
        hint: "name the file with the signature: -sigfile FILE",
    };
    let signature_file = given(&options.signature_file).ok_or(missing)?;
    let key = verifying_key(options, input)?;
    let failed = |source| Error::Verify {
        file: shown(file),
        source,
    };
    if !key.kind().can_sign() {
        return Err(failed(KeyError::CurveCannotSign));
    }
    let message = input.read(file)?;
    let signature = signature_bytes(&input.read_secret(signature_file)?).ok_or_else(|| {
        Error::SignatureText {
            file: shown(signature_file),
        }
    })?;
    key.verify(&message, &signature).map_err(failed)?;
    Ok(Outcome::from("Verified OK\n".to_owned()))
}

fn verifying_key(options: &Options, input: &mut Input<'_>) -> Result<PublicKey, Error> {
    if let Some(file) = given(&options.in_key) {
        return Ok(input.seed(file)?.public_key());
    }
    match given(&options.public_in) {
        Some(file) => input.public_key(file),
        None => Err(Error::Missing {
            action: "-verify",
            flag: "a key",
            hint: "name the file with the seed or public key: -inkey FILE or -pubin FILE",
        }),
    }
}

/// Decodes base64 of either alphabet, padded or not, with line ends anywhere and blanks around. The spelling must be the
/// canonical one otherwise.
fn signature_bytes(text: &[u8]) -> Option<Vec<u8>> {
    let url_letter = |&letter: &u8| match letter {
        b'+' => b'-',
        b'/' => b'_',
        other => other,
    };
    let is_line_end = |letter: &&u8| matches!(letter, b'\r' | b'\n');
    let text = text
        .trim_ascii()
        .iter()
        .filter(|letter| !is_line_end(letter));
    let mut letters: Vec<u8> = text.map(url_letter).collect();
    let padded = letters.len().is_multiple_of(4);
    for _ in 0..2 {
        letters.pop_if(|letter| padded && *letter == b'=');
    }
    BASE64URL_NOPAD.decode(&letters).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signature_spellings() {
        let bytes = [0xFB_u8; 64];
        let url = BASE64URL_NOPAD.encode(&bytes);
        let standard = data_encoding::BASE64.encode(&bytes);
        assert!(url.contains('-') || url.contains('_'));
        let (head, tail) = url.split_at(30);
        for text in [
            url.clone(),
            format!("{url}=="),
            standard.clone(),
            format!("\t {url} \r\n"),
            format!("{head}\r\n{tail}\n"),
        ] {
            assert_eq!(
                signature_bytes(text.as_bytes()).as_deref(),
                Some(&bytes[..]),
                "{text:?}"
            );
        }
        for text in [
            format!("{head} {tail}"),
            format!("{url}="),
            format!("{url}===="),
            format!("{head}={tail}"),
            format!("{url}!"),
            format!("{}x", &url[..85]),
        ] {
            assert_eq!(signature_bytes(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(signature_bytes(b"abcd").map(|bytes| bytes.len()), Some(3));
    }
}
