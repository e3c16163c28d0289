//! Tells whether a server that trusts an operator would let the holder of a creds file in, and if not, all reasons.
//!
//! ```sh
//! cargo run --example verify_creds -- operator.jwt account.jwt alice.creds
//! ```
//!
//! The operator's JWT must come from a place that is trusted: it is where the chain is hung up. A server asks the same
//! questions, but answers nobody why.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program, with arguments, files, a clock and an output"
)]

mod world;

use std::error::Error;
use std::process::ExitCode;

use nsc_core::claims::{Account, AccountClaims, Operator, OperatorClaims, UserClaims};
use nsc_core::creds;
use nsc_core::effective::Effective;
use nsc_core::jwt;
use nsc_core::time::UnixTime;
use nsc_core::validate::{Issues, Level};

/// Why the user would be turned away, whichever link of the chain it is for.
fn refusals(
    operator: &OperatorClaims,
    account: &AccountClaims,
    user: &UserClaims,
    now: UnixTime,
) -> Vec<String> {
    let links = [
        ("operator", operator.validate_chain(now)),
        ("account", account.validate_chain(operator, now)),
        ("user", user.validate_chain(account, operator, now)),
    ];
    let mut found: Vec<String> = links
        .iter()
        .flat_map(|(link, issues)| blocking(issues).map(move |text| format!("{link}: {text}")))
        .collect();
    // What only shows when user and account are put together: revocations, roles, defaults.
    let refused = Effective::of(account, user, now).refused;
    found.extend(refused.iter().map(ToString::to_string));
    found
}

fn blocking(issues: &Issues) -> impl Iterator<Item = &str> {
    let blocking = issues.iter().filter(|issue| issue.level != Level::Warning);
    blocking.map(|issue| issue.text.as_str())
}

fn run() -> Result<bool, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [operator, account, file] = args.as_slice() else {
        return Err("usage: verify_creds OPERATOR_JWT ACCOUNT_JWT CREDS".into());
    };
    let operator = jwt::decode_as::<Operator>(creds::read_jwt(&world::read(operator)?))?;
    let account = jwt::decode_as::<Account>(creds::read_jwt(&world::read(account)?))?;
    let text = world::read(file)?;
    // Token and seed are there, the signature is good, and the seed is that of the user.
    let user = creds::read_user(&text)?.claims;
    let refusals = refusals(&operator, &account, &user, world::now()?);
    for refusal in &refusals {
        println!("refused: {refusal}");
    }
    if refusals.is_empty() {
        println!("user {} of account {} may connect", user.name, account.name);
    }
    Ok(refusals.is_empty())
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(cause) = error.source() {
                eprintln!("caused by: {cause}");
            }
            ExitCode::FAILURE
        }
    }
}
