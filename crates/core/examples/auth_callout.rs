//! A service that decides who may connect to an account, over a real connection.
//!
//! ```sh
//! nsc add user --account APP callout                     # the service; clients in front of it bring a sentinel
//! nsc add user --account APP sentinel --bearer --deny-pubsub '>'
//! nsc edit authcallout --account APP --auth-user "$KEY" --curve generate   # KEY: that of the user callout
//! nsc edit account APP --sk generate                   # signs the answers
//! cargo run --example auth_callout -- nats://127.0.0.1:4222 callout.creds signing-key.nk people.txt xkey.nk
//! ```
//!
//! `people.txt` holds a line for each person, a token and a name. A client that signs in with the sentinel's JWT and
//! such a token becomes a user of that name for an hour, who may use subjects below its name.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program, with arguments, files, a clock and an output"
)]

mod world;

use std::collections::HashMap;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use futures_util::StreamExt;
use nsc_core::callout::{self, Callout, Request};
use nsc_core::claims::UserClaims;
use nsc_core::creds;
use nsc_core::jwt;
use nsc_core::keys::{KeyKind, PublicKey, Seed};
use nsc_core::time::UnixTime;

/// What the service decides by.
struct Door {
    account: PublicKey,
    signer: Seed,
    xkey: Option<Seed>,
    /// Names by token.
    people: HashMap<String, String>,
}

impl Door {
    fn callout(&self) -> Callout<'_> {
        let callout = Callout::new(self.account, &self.signer);
        match &self.xkey {
            Some(xkey) => callout.with_xkey(xkey),
            None => callout,
        }
    }

    /// The answer to a message; an error is for the log, and the server turns the client away by itself.
    fn answer(
        &self,
        message: &async_nats::Message,
        now: UnixTime,
        nonce: [u8; 24],
    ) -> Result<Vec<u8>, Box<dyn Error>> {
        let header = message.headers.as_ref();
        let server = header.and_then(|headers| headers.get(callout::SERVER_XKEY_HEADER));
        let callout = self.callout();
        let request = callout.read(&message.payload, server.map(|value| value.as_str()))?;
        let token = &request.claims().nats.connect_opts.auth_token;
        Ok(match self.people.get(token) {
            Some(name) => {
                let user = self.user(name, &request, now)?;
                callout.allow(&request, &user, now, nonce)?
            }
            None => callout.deny(&request, "unknown token", now, nonce)?,
        })
    }

    fn user(&self, name: &str, request: &Request, now: UnixTime) -> Result<String, Box<dyn Error>> {
        let mut user = UserClaims::new(&request.user());
        name.clone_into(&mut user.name);
        user.exp = now.0 + 3600;
        if self.signer.public_key() != self.account {
            user.nats.issuer_account = self.account.to_text();
        }
        let permissions = &mut user.nats.limits.permissions;
        permissions.publish.allow = vec![format!("{name}.>")];
        permissions.subscribe.allow = vec![format!("{name}.>"), "_INBOX.>".to_owned()];
        Ok(jwt::encode(&mut user, &self.signer, now)?)
    }
}

/// Connects with a JWT and a callback that signs: the seed stays here.
async fn connect(
    url: &str,
    creds: creds::UserCreds<'_>,
) -> Result<async_nats::Client, Box<dyn Error>> {
    let seed = Arc::new(creds.seed);
    let options = async_nats::ConnectOptions::with_jwt(creds.token.to_owned(), move |nonce| {
        let seed = Arc::clone(&seed);
        async move {
            let signature = seed.sign(&nonce).map_err(async_nats::AuthError::new)?;
            Ok(signature.to_vec())
        }
    });
    Ok(options.connect(url).await?)
}

/// Comes back once the server has seen all that was sent before, the subscription too.
async fn round_trip(client: &async_nats::Client) -> Result<(), Box<dyn Error>> {
    let inbox = client.new_inbox();
    let mut echo = client.subscribe(inbox.clone()).await?;
    client.publish(inbox, Default::default()).await?;
    echo.next().await.ok_or("the server went away")?;
    Ok(())
}

fn people(text: &str) -> HashMap<String, String> {
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    lines
        .map(|(token, name)| (token.to_owned(), name.trim().to_owned()))
        .collect()
}

async fn run() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [url, creds, signer, people_file, xkey @ ..] = args.as_slice() else {
        return Err("usage: auth_callout URL CREDS SIGNING_KEY_FILE PEOPLE [XKEY_FILE]".into());
    };
    let text = world::read(creds)?;
    let creds = creds::read_user(&text)?;
    let door = Door {
        account: PublicKey::parse_kind(creds.claims.account(), KeyKind::Account)?,
        signer: creds::extract_seed(&world::read(signer)?)?,
        xkey: match xkey.first() {
            Some(path) => Some(creds::extract_seed(&world::read(path)?)?),
            None => None,
        },
        people: people(&world::read(people_file)?),
    };
    let client = connect(url, creds).await?;
    let mut messages = client.subscribe(callout::SUBJECT).await?;
    round_trip(&client).await?;
    println!("listening on {}", callout::SUBJECT);
    while let Some(message) = messages.next().await {
        let answer = door.answer(&message, world::now()?, world::random()?);
        match (answer, message.reply) {
            (Ok(answer), Some(reply)) => client.publish(reply, answer.into()).await?,
            (Ok(_), None) => eprintln!("a request without a reply subject"),
            (Err(error), _) => eprintln!("not answered: {error}"),
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
