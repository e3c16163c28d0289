//! A service that issues users: it holds one scoped signing key of an account, and nothing else.
//!
//! ```sh
//! nsc edit signing-key --account APP --role web --sk generate --allow-pub 'app.>' --allow-sub '_INBOX.>'
//! cargo run --example issue_user -- APP.jwt signing-key.nk 3600 alice > alice.creds
//! ```
//!
//! What its users may do stands in the scope of the key, in the account's JWT, which servers have: whoever gets hold
//! of this key can make users of that role, and no others. They are gone with the key's line in the account.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program, with arguments, files, a clock and an output"
)]

mod world;

use std::error::Error;
use std::process::ExitCode;

use nsc_core::claims::{Account, AccountClaims};
use nsc_core::creds;
use nsc_core::edit::{DateEdit, Issuer, NewUser};
use nsc_core::jwt;
use nsc_core::keys::{KeyKind, Seed};
use nsc_core::time::UnixTime;
use zeroize::Zeroizing;

/// What the service knows.
struct Service {
    account: AccountClaims,
    key: Seed,
}

impl Service {
    /// The text of a creds file for a new user, whom servers take until `lifetime` seconds from now.
    fn issue(
        &self,
        name: &str,
        entropy: [u8; 32],
        now: UnixTime,
        lifetime: i64,
    ) -> Result<Zeroizing<String>, Box<dyn Error>> {
        let user = NewUser {
            name: name.to_owned(),
            dates: DateEdit {
                expiry: Some(now.0.checked_add(lifetime).ok_or("too long a life")?),
                ..DateEdit::default()
            },
            ..NewUser::default()
        };
        let seed = Seed::from_entropy(KeyKind::User, entropy);
        // Finds the key among the account's; one that is no longer there cannot issue.
        let issuer = Issuer::of(&self.account, &self.key.public_key())?;
        if issuer.scope().is_none() {
            return Err(
                "the key has no scope: a service should not hold a key that may do all".into(),
            );
        }
        let mut claims = user.claims(&seed.public_key(), &issuer)?;
        let token = jwt::encode(&mut claims, &self.key, now)?;
        Ok(creds::format_creds_of(&token, &claims, &seed)?)
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [account, key, lifetime, name] = args.as_slice() else {
        return Err("usage: issue_user ACCOUNT_JWT SIGNING_KEY_FILE SECONDS NAME".into());
    };
    let service = Service {
        account: jwt::decode_as::<Account>(creds::read_jwt(&world::read(account)?))?,
        key: creds::extract_seed(&world::read(key)?)?,
    };
    let lifetime = lifetime.parse()?;
    let creds = service.issue(name, world::random()?, world::now()?, lifetime)?;
    print!("{}", *creds);
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
