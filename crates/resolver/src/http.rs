//! HTTP account servers, and fetching JWTs by URL.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, RequestBuilder, Response};
use tokio::runtime::Runtime;

use crate::error::{ForeignText, ResolverError};
use crate::nats::runtime;
use crate::replacement::{Judge, Replacement, not_to_replace};
use crate::report::{AccountToken, Level};
use crate::tls;
use crate::token;
use crate::url::HttpUrl;

/// A client of account servers. All calls block.
///
/// Each request has a time limit, answers a size limit, and redirects are followed a few times,
/// never from `https` down to `http`. Proxies are those of the system.
pub struct HttpResolver {
    clients: Clients,
    runtime: Runtime,
}

/// Clients for the two ways to a server.
struct Clients {
    proxied: Client,
    direct: Client,
}

impl Clients {
    /// This machine is never asked for through a proxy.
    fn of(&self, url: &HttpUrl) -> &Client {
        if url.is_local() {
            &self.direct
        } else {
            &self.proxied
        }
    }
}

/// What an HTTP server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpOutcome {
    /// The status.
    pub status: u16,
    /// The body as text; bytes that are no UTF-8 are replaced.
    pub body: ForeignText,
}

impl HttpOutcome {
    /// 200 is good; 201 and 202 mean that the account waits to be signed; the rest are errors.
    pub fn level(&self) -> Level {
        match self.status {
            200 => Level::Ok,
            201 | 202 => Level::Warning,
            _ => Level::Error,
        }
    }
}

/// What became of an account that was pushed to an account server.
#[derive(Debug)]
#[non_exhaustive]
pub enum HttpPush {
    /// The server already holds this very JWT: nothing was sent.
    Unchanged,
    /// The server holds a JWT that was issued later: nothing was sent.
    NewerOnServer {
        /// Issue time of the JWT to push, in Unix seconds.
        local: i64,
        /// Issue time of the server's JWT, in Unix seconds.
        remote: i64,
        /// The server's JWT.
        token: String,
    },
    /// The caller did not want what the server holds to be replaced: nothing was sent.
    Kept {
        /// Why not, in the caller's words.
        reason: String,
        /// The server's JWT.
        token: String,
    },
    /// It would have been posted, but only comparing was asked for.
    Planned,
    /// The account was posted and this is the answer.
    Posted(HttpOutcome),
    /// There was no answer.
    Failed(ResolverError),
}

impl HttpPush {
    /// Tells how good the outcome is.
    pub fn level(&self) -> Level {
        match self {
            Self::Unchanged | Self::Planned => Level::Ok,
            Self::NewerOnServer { .. } | Self::Kept { .. } | Self::Failed(_) => Level::Error,
            Self::Posted(outcome) => outcome.level(),
        }
    }
}

impl HttpResolver {
    /// Makes a client whose requests take five seconds at most.
    ///
    /// # Errors
    /// [`ResolverError::Runtime`], [`ResolverError::TlsSetup`].
    pub fn new() -> Result<Self, ResolverError> {
        Self::with_timeout(REQUEST_TIMEOUT)
    }

    /// Makes a client with another limit for each request.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_timeout(timeout: Duration) -> Result<Self, ResolverError> {
        tls::install_provider();
        let build = |builder: ClientBuilder| {
            let built = builder.build();
            built.map_err(|error| ResolverError::TlsSetup {
                problem: cause(&error),
            })
        };
        let clients = Clients {
            proxied: build(settings(timeout))?,
            direct: build(settings(timeout).no_proxy())?,
        };
        Ok(Self {
            clients,
            runtime: runtime()?,
        })
    }

    /// Posts an account JWT to `<base>/accounts/<id>`. Every status is an outcome.
    ///
    /// # Errors
    /// [`ResolverError::HttpTransport`], [`ResolverError::HttpTooLarge`].
    pub fn post_account(
        &self,
        base: &HttpUrl,
        id: &str,
        token: &str,
    ) -> Result<HttpOutcome, ResolverError> {
        self.runtime
            .block_on(post(&self.clients, &base.account(id), token))
    }

    /// Posts an activation JWT to `<base>/activations`. Every status is an outcome.
    ///
    /// # Errors
    /// [`ResolverError::HttpTransport`], [`ResolverError::HttpTooLarge`].
    pub fn post_activation(
        &self,
        base: &HttpUrl,
        token: &str,
    ) -> Result<HttpOutcome, ResolverError> {
        let url = base.join(&["activations"]);
        self.runtime.block_on(post(&self.clients, &url, token))
    }

    /// Gets an account JWT from `<base>/accounts/<id>`. Every status is an outcome.
    ///
    /// # Errors
    /// [`ResolverError::HttpTransport`], [`ResolverError::HttpTooLarge`].
    pub fn get_account(&self, base: &HttpUrl, id: &str) -> Result<HttpOutcome, ResolverError> {
        self.runtime.block_on(get(&self.clients, &base.account(id)))
    }

    /// Gets many accounts, several at a time. The results are in the order of the ids.
    pub fn get_accounts(
        &self,
        base: &HttpUrl,
        ids: &[&str],
    ) -> Vec<Result<HttpOutcome, ResolverError>> {
        let urls: Vec<HttpUrl> = ids.iter().map(|id| base.account(id)).collect();
        let gets = stream::iter(&urls).map(|url| get(&self.clients, url));
        self.runtime.block_on(gets.buffered(AT_A_TIME).collect())
    }

    /// Pushes accounts, several at a time. The results are in the order given.
    ///
    /// What the server holds is asked first: the same bytes are not sent, and a JWT that was
    /// issued later is not replaced unless forced. A server that does not tell is no obstacle.
    pub fn push(&self, base: &HttpUrl, accounts: &[AccountToken], force: bool) -> Vec<HttpPush> {
        let older = |_: &AccountToken, _: &str| Replacement::Older;
        let any = |_: &AccountToken, _: &str| Replacement::Any;
        self.push_judged(base, accounts, if force { &any } else { &older }, false)
    }

    /// As [`push`](Self::push), but has it judged whether a JWT that the server holds may be
    /// replaced by that of the account. With `compare_only` nothing is sent.
    pub fn push_judged(
        &self,
        base: &HttpUrl,
        accounts: &[AccountToken],
        judge: Judge<'_>,
        compare_only: bool,
    ) -> Vec<HttpPush> {
        let pushes = stream::iter(accounts).map(|one| async move {
            match compare(&self.clients, base, one, judge).await {
                Some(kept) => kept,
                None if compare_only => HttpPush::Planned,
                None => match post(&self.clients, &base.account(&one.id), &one.token).await {
                    Ok(outcome) => HttpPush::Posted(outcome),
                    Err(error) => HttpPush::Failed(error),
                },
            }
        });
        self.runtime.block_on(pushes.buffered(AT_A_TIME).collect())
    }

    /// Gets the operator JWT of an account server: its version 2 form where there is one.
    ///
    /// # Errors
    /// [`ResolverError::HttpTransport`], [`ResolverError::HttpTooLarge`], for the last URL tried.
    pub fn get_operator(&self, base: &HttpUrl) -> Result<HttpOutcome, ResolverError> {
        self.runtime.block_on(async {
            let urls = base.operator_candidates();
            let (last, earlier) = urls
                .split_last()
                .map_or((base, [].as_slice()), |(l, e)| (l, e));
            for url in earlier {
                match get(&self.clients, url).await {
                    Ok(outcome) if outcome.status <= 299 => return Ok(outcome),
                    other => tracing::debug!(%url, ?other, "trying the next operator URL"),
                }
            }
            get(&self.clients, last).await
        })
    }

    /// Gets the text behind a URL: a bare or decorated JWT, which is not looked into.
    ///
    /// # Errors
    /// [`ResolverError::HttpStatus`] for any status but 200, [`ResolverError::HttpTransport`],
    /// [`ResolverError::HttpTooLarge`].
    pub fn fetch_jwt(&self, url: &HttpUrl) -> Result<String, ResolverError> {
        let outcome = self.runtime.block_on(get(&self.clients, url))?;
        if outcome.status != 200 {
            let body = outcome.body.chars().take(SHOWN_BODY).collect();
            return Err(ResolverError::HttpStatus {
                url: url.to_string(),
                status: outcome.status,
                body,
            });
        }
        Ok(outcome.body)
    }

    /// Gets a file of `limit` bytes at most.
    ///
    /// # Errors
    /// As [`fetch_jwt`](Self::fetch_jwt).
    pub fn download(&self, url: &HttpUrl, limit: usize) -> Result<Vec<u8>, ResolverError> {
        let request = self.clients.of(url).get(url.as_url().clone());
        let (status, body) = self.runtime.block_on(run_limited(request, url, limit))?;
        if status == 200 {
            return Ok(body);
        }
        let body = String::from_utf8_lossy(&body);
        Err(ResolverError::HttpStatus {
            url: url.to_string(),
            status,
            body: body.chars().take(SHOWN_BODY).collect(),
        })
    }
}

impl fmt::Debug for HttpResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResolver").finish_non_exhaustive()
    }
}

fn settings(timeout: Duration) -> ClientBuilder {
    let redirects = Policy::custom(|attempt| {
        let secure = attempt
            .previous()
            .last()
            .is_some_and(|url| url.scheme() == "https");
        if attempt.previous().len() > MOST_REDIRECTS {
            attempt.error("too many redirects")
        } else if secure && attempt.url().scheme() != "https" {
            attempt.error("redirected from https to http")
        } else {
            attempt.follow()
        }
    });
    Client::builder()
        .timeout(timeout)
        .redirect(redirects)
        .user_agent(concat!("nsc/", env!("CARGO_PKG_VERSION")))
}

/// Why an account is not to be posted. A server that does not tell what it holds is no obstacle.
async fn compare(
    clients: &Clients,
    base: &HttpUrl,
    account: &AccountToken,
    judge: Judge<'_>,
) -> Option<HttpPush> {
    let AccountToken { id, token, .. } = account;
    let Ok(HttpOutcome { status: 200, body }) = get(clients, &base.account(id)).await else {
        return None;
    };
    let held = body.trim();
    if held == token.trim() {
        return Some(HttpPush::Unchanged);
    }
    let (held, reason) = not_to_replace(account, std::iter::once(held), judge)?;
    let (local, remote) = (token::issued_at(token), token::issued_at(held));
    let token = held.to_owned();
    Some(match reason {
        Some(reason) => HttpPush::Kept { reason, token },
        None => HttpPush::NewerOnServer {
            local,
            remote,
            token,
        },
    })
}

async fn post(clients: &Clients, url: &HttpUrl, token: &str) -> Result<HttpOutcome, ResolverError> {
    let request = clients
        .of(url)
        .post(url.as_url().clone())
        .header(CONTENT_TYPE, JWT_TYPE)
        .body(token.to_owned());
    run(request, url).await
}

async fn get(clients: &Clients, url: &HttpUrl) -> Result<HttpOutcome, ResolverError> {
    run(
        clients
            .of(url)
            .get(url.as_url().clone())
            .header(ACCEPT, ACCEPTED),
        url,
    )
    .await
}

async fn run(request: RequestBuilder, url: &HttpUrl) -> Result<HttpOutcome, ResolverError> {
    let (status, body) = run_limited(request, url, MOST_BYTES).await?;
    Ok(HttpOutcome {
        status,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

async fn run_limited(
    request: RequestBuilder,
    url: &HttpUrl,
    limit: usize,
) -> Result<(u16, Vec<u8>), ResolverError> {
    let failed = |error: reqwest::Error| ResolverError::HttpTransport {
        url: url.to_string(),
        problem: if error.is_timeout() {
            "timed out".to_owned()
        } else {
            cause(&error)
        },
    };
    let response = request.send().await.map_err(failed)?;
    let status = response.status().as_u16();
    let body = read(response, url, limit, failed).await?;
    Ok((status, body))
}

async fn read(
    mut response: Response,
    url: &HttpUrl,
    limit: usize,
    failed: impl Fn(reqwest::Error) -> ResolverError,
) -> Result<Vec<u8>, ResolverError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(&failed)? {
        if body.len() + chunk.len() > limit {
            return Err(ResolverError::HttpTooLarge {
                url: url.to_string(),
                limit,
            });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The innermost cause, where the words that help are.
fn cause(error: &reqwest::Error) -> String {
    let mut last: &dyn Error = error;
    while let Some(next) = last.source() {
        last = next;
    }
    match last.downcast_ref::<io::Error>() {
        Some(io) if io.get_ref().is_none() && io.kind() != io::ErrorKind::Other => {
            io.kind().to_string()
        }
        _ => last.to_string(),
    }
}

const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// The media type of JWTs on account servers.
const JWT_TYPE: &str = "application/jwt";
const ACCEPTED: &str = "application/jwt, text/plain;q=0.9, */*;q=0.1";
/// The longest JWT is 1 MiB; decoration and line ends need a little more.
const MOST_BYTES: usize = (1 << 20) + 4096;
const MOST_REDIRECTS: usize = 5;
const AT_A_TIME: usize = 16;
/// Characters of a failed answer that go into the message.
const SHOWN_BODY: usize = 200;
