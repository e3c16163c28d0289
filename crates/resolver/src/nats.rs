//! Claims requests to the servers of a system, for callers without async code.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::accounts;
use crate::connection::Connection;
use crate::error::ResolverError;
use crate::facts;
use crate::gather::Bounds;
use crate::lookup::look_up;
use crate::options::{ConnectOptions, ProgressFn};
use crate::push::push;
use crate::replacement::{Judge, Replacement};
use crate::report::{
    AccountToken, DeleteReport, DiffReport, Holding, JetStreamData, PushOptions, PushReport,
    Server, ServerFacts, ServerListing,
};
use crate::servers::{Counted, count};
use crate::tools::ListenEnd;
use crate::url::NatsUrls;
use crate::watch::{Announcement, Watch, watch};

/// A connection to the system account of NATS servers with nats based resolvers.
///
/// All calls block. A timeout is the longest silence while answers are awaited; a call returns as
/// soon as every server has answered, which are counted with the first request.
///
/// ```no_run
/// use nsc_resolver::{AccountToken, ConnectOptions, NatsResolver, PushOptions, UserCredentials};
///
/// # fn example(credentials: UserCredentials, accounts: &[AccountToken])
/// # -> Result<(), nsc_resolver::ResolverError> {
/// let options = ConnectOptions::new("nsc_push").credentials(credentials);
/// let mut resolver = NatsResolver::connect(&"nats://localhost:4222".parse()?, &options)?;
/// for account in resolver.push(accounts, &PushOptions::default())?.accounts {
///     assert!(account.accepted() > 0, "{:?}", account.outcome);
/// }
/// # Ok(())
/// # }
/// ```
pub struct NatsResolver {
    connection: Connection,
    counted: Option<Counted>,
    expected: Option<usize>,
    // Dropped last: the connection's tasks live in it.
    runtime: Runtime,
}

impl NatsResolver {
    /// Connects to the first server of the list that lets the user in.
    ///
    /// # Errors
    /// [`ResolverError::Authorization`], [`ResolverError::NoServers`] and the errors about TLS,
    /// certificate files, signing and refused connections.
    pub fn connect(urls: &NatsUrls, options: &ConnectOptions) -> Result<Self, ResolverError> {
        let runtime = runtime()?;
        let connection = runtime.block_on(Connection::open(urls, options))?;
        Ok(Self {
            connection,
            counted: None,
            expected: None,
            runtime,
        })
    }

    /// Lists and deletions wait for so many servers, instead of those that were counted.
    #[must_use]
    pub fn expecting(mut self, servers: Option<usize>) -> Self {
        self.expected = servers;
        self
    }

    /// The server that is connected, without user info.
    pub fn url(&self) -> &str {
        self.connection.url()
    }

    /// The servers of the system; empty when the user may not ask for them.
    ///
    /// They are asked once for a connection.
    ///
    /// # Errors
    /// [`ResolverError::Closed`], [`ResolverError::Permission`] when the user may not use its
    /// inbox.
    pub fn servers(&mut self, timeout: Duration) -> Result<Vec<Server>, ResolverError> {
        Ok(self.counted(timeout)?.servers)
    }

    /// Pushes account JWTs to every server.
    ///
    /// Accounts that every server holds byte for byte are not sent. Those of which a server holds
    /// a JWT that was issued later are refused unless forced. What servers do not tell is no
    /// obstacle. An account whose update nobody answers fails, the others go on.
    ///
    /// # Errors
    /// [`ResolverError::Closed`] or [`ResolverError::Permission`] before anything was sent;
    /// everything later is in the report.
    pub fn push(
        &mut self,
        accounts: &[AccountToken],
        options: &PushOptions,
    ) -> Result<PushReport, ResolverError> {
        self.push_judged(accounts, options, &|_, _| Replacement::Older)
    }

    /// As [`push`](Self::push), but has it judged whether a JWT that a server holds may be replaced
    /// by that of the account, unless forced.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn push_judged(
        &mut self,
        accounts: &[AccountToken],
        options: &PushOptions,
        judge: Judge<'_>,
    ) -> Result<PushReport, ResolverError> {
        let counted = self.counted(options.timeout)?;
        let connection = &mut self.connection;
        let push = push(connection, accounts, &counted, options, judge);
        self.runtime.block_on(push)
    }

    /// Asks every server for the public keys of its accounts. Expired ones are left out by them.
    ///
    /// They read all accounts for that: `about` is how many there may be, for which they have more time.
    ///
    /// # Errors
    /// [`ResolverError::NoResolver`], [`ResolverError::Timeout`], [`ResolverError::Permission`],
    /// [`ResolverError::Closed`].
    pub fn list(
        &mut self,
        about: usize,
        timeout: Duration,
    ) -> Result<Vec<ServerListing>, ResolverError> {
        let counted = self.counted(timeout)?;
        let timeout = accounts::list_time(timeout, about);
        self.runtime.block_on(accounts::list(
            &mut self.connection,
            &counted,
            self.expected,
            timeout,
        ))
    }

    /// Asks every server to delete accounts, with a token from
    /// [`delete_request`](crate::delete_request).
    ///
    /// A server reports accounts that it does not hold as deleted too.
    ///
    /// # Errors
    /// As [`list`](Self::list), and [`ResolverError::PayloadTooLarge`].
    pub fn delete(
        &mut self,
        request: &str,
        timeout: Duration,
    ) -> Result<DeleteReport, ResolverError> {
        let counted = self.counted(timeout)?;
        self.runtime.block_on(accounts::delete(
            &mut self.connection,
            request,
            &counted,
            self.expected,
            timeout,
        ))
    }

    /// Looks accounts up on every server. The result has one entry for each id, in their order;
    /// cache, memory and URL resolvers do not answer, which makes an entry unknown.
    ///
    /// # Errors
    /// [`ResolverError::Closed`].
    pub fn lookup(
        &mut self,
        ids: &[&str],
        timeout: Duration,
    ) -> Result<Vec<Holding>, ResolverError> {
        let counted = self.counted(timeout)?;
        self.runtime.block_on(look_up(
            &mut self.connection,
            ids,
            &counted,
            Bounds::new(timeout, IN_FLIGHT),
        ))
    }

    /// Compares local accounts with what every server holds, in both directions and by content.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    pub fn diff(
        &mut self,
        local: &[AccountToken],
        timeout: Duration,
    ) -> Result<DiffReport, ResolverError> {
        let counted = self.counted(timeout)?;
        let diff = accounts::diff(&mut self.connection, local, &counted, timeout, IN_FLIGHT);
        self.runtime.block_on(diff)
    }

    /// Fetches all accounts that one full resolver holds: pairs of public key and JWT, in no
    /// order. Nothing about them is verified. `timeout` bounds the wait for each message.
    ///
    /// # Errors
    /// [`ResolverError::NoResolver`] without full resolver, [`ResolverError::Timeout`],
    /// [`ResolverError::Answer`], [`ResolverError::Permission`], [`ResolverError::Closed`].
    pub fn pull(
        &mut self,
        timeout: Duration,
        progress: Option<&ProgressFn>,
    ) -> Result<Vec<(String, String)>, ResolverError> {
        self.runtime
            .block_on(accounts::pull(&mut self.connection, timeout, progress))
    }

    /// Asks every server what it was started with: its operators and system account.
    ///
    /// # Errors
    /// [`ResolverError::Permission`] when the user may not ask, [`ResolverError::Closed`].
    pub fn facts(&mut self, timeout: Duration) -> Result<Vec<ServerFacts>, ResolverError> {
        let counted = self.counted(timeout)?;
        let facts = facts::facts(&mut self.connection, &counted, timeout);
        self.runtime.block_on(facts)
    }

    /// What accounts keep in JetStream, by public key, over all servers that answer; those that
    /// keep nothing are left out.
    ///
    /// # Errors
    /// As [`facts`](Self::facts).
    pub fn jetstream(
        &mut self,
        timeout: Duration,
    ) -> Result<BTreeMap<String, JetStreamData>, ResolverError> {
        let counted = self.counted(timeout)?;
        let used = facts::jetstream(&mut self.connection, &counted, timeout);
        self.runtime.block_on(used)
    }

    /// Hands every claims update and deletion that passes to the caller, and what each server
    /// answers; the caller may end it by returning `Break`.
    ///
    /// # Errors
    /// [`ResolverError::Permission`] when the user may not watch, [`ResolverError::Authorization`]
    /// when it is no longer let in, [`ResolverError::Closed`].
    pub fn watch(
        &mut self,
        options: Watch,
        mut heard: impl FnMut(Announcement) -> ControlFlow<()>,
    ) -> Result<ListenEnd, ResolverError> {
        let watch = watch(&mut self.connection, options, &mut heard);
        self.runtime.block_on(watch)
    }

    fn counted(&mut self, timeout: Duration) -> Result<Counted, ResolverError> {
        if let Some(counted) = &self.counted {
            return Ok(counted.clone());
        }
        let counted = self
            .runtime
            .block_on(count(&mut self.connection, timeout))?;
        self.counted = Some(counted.clone());
        Ok(counted)
    }
}

impl std::fmt::Debug for NatsResolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NatsResolver")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

/// Makes the runtime that drives one connection, on the calling thread.
pub(crate) fn runtime() -> Result<Runtime, ResolverError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| ResolverError::Runtime { source })
}

/// Look-ups that may wait for answers at the same time.
const IN_FLIGHT: usize = 256;
