//! An operator with its accounts, and servers that trust it.

use std::sync::Arc;
use std::time::Duration;

use nsc_core::claims::{Account, AccountClaims, Claims, OperatorClaims, UserClaims};
use nsc_core::jwt;
use nsc_core::keys::{KeyKind, Seed};
use nsc_core::time::UnixTime;
use nsc_resolver::{
    AccountToken, ConnectOptions, NatsResolver, NatsTool, NatsUrls, PushOptions, PushReport,
    ResolverError, UserCredentials, push_access,
};
use nsc_testkit::NatsServer;

pub(crate) const NOW: i64 = 1_700_000_000;
pub(crate) const SECOND: Duration = Duration::from_secs(1);

pub(crate) struct World {
    pub(crate) operator: Arc<Seed>,
    pub(crate) system: Arc<Seed>,
    pub(crate) folder: tempfile::TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let operator = Arc::new(Seed::from_entropy(KeyKind::Operator, [1; 32]));
        let system = Arc::new(Seed::from_entropy(KeyKind::Account, [2; 32]));
        let folder = tempfile::tempdir().unwrap();
        Self {
            operator,
            system,
            folder,
        }
    }

    pub(crate) fn operator_token(&self) -> String {
        let mut claims = OperatorClaims::new(&self.operator.public_key());
        claims.name = "O".to_owned();
        claims.nats.system_account = self.system.public_key().to_text();
        jwt::encode(&mut claims, &*self.operator, UnixTime(NOW)).unwrap()
    }

    pub(crate) fn system_token(&self) -> AccountToken {
        self.sign("SYS", &self.system, |_| {}, NOW)
    }

    /// The number's account, issued at this time with this many connections.
    pub(crate) fn account(&self, number: u16, issued_at: i64, connections: i64) -> AccountToken {
        let seed = account_seed(number);
        let edit = |claims: &mut AccountClaims| claims.nats.limits.account.conn = connections;
        self.sign(&format!("A{number}"), &seed, edit, issued_at)
    }

    /// The number's account, whose connections may publish so many bytes at once.
    pub(crate) fn limited_account(&self, number: u16, payload: i64) -> AccountToken {
        let edit = |claims: &mut AccountClaims| claims.nats.limits.nats.payload = payload;
        self.sign(&format!("A{number}"), &account_seed(number), edit, NOW)
    }

    fn sign(
        &self,
        name: &str,
        seed: &Seed,
        edit: impl FnOnce(&mut Claims<Account>),
        issued_at: i64,
    ) -> AccountToken {
        let id = seed.public_key().to_text();
        let mut claims = AccountClaims::new(&seed.public_key());
        claims.name = name.to_owned();
        edit(&mut claims);
        let token = jwt::encode(&mut claims, &*self.operator, UnixTime(issued_at)).unwrap();
        AccountToken {
            id,
            name: name.to_owned(),
            token,
        }
    }

    /// A user of an account, which the edit may restrict.
    pub(crate) fn user(
        &self,
        account: &Seed,
        edit: impl FnOnce(&mut UserClaims),
    ) -> UserCredentials {
        let user = Seed::from_entropy(KeyKind::User, [9; 32]);
        let mut claims = UserClaims::new(&user.public_key());
        claims.name = "u".to_owned();
        claims.nats.issuer_account = account.public_key().to_text();
        edit(&mut claims);
        let token = jwt::encode(&mut claims, account, UnixTime(NOW)).unwrap();
        UserCredentials::new(token, user)
    }

    /// A system user with exactly the permissions that a push needs.
    pub(crate) fn push_user(&self) -> UserCredentials {
        self.user(&self.system, |claims| {
            let access = push_access("_INBOX");
            claims.nats.limits.permissions.publish.allow = access.publish;
            claims.nats.limits.permissions.subscribe.allow = access.subscribe;
        })
    }

    /// The lines of a configuration that every server of this operator has.
    pub(crate) fn trust(&self) -> String {
        let system = self.system_token();
        format!(
            "operator: {}\nsystem_account: {}\nresolver_preload {{ {}: {} }}\n",
            self.operator_token(),
            system.id,
            system.id,
            system.token
        )
    }

    pub(crate) fn full_config(&self) -> String {
        format!(
            "{}resolver {{ type: full, dir: './jwt', allow_delete: true, limit: 0 }}\n",
            self.trust()
        )
    }

    /// A server that keeps accounts itself and knows these from the start.
    pub(crate) fn memory_config(&self, accounts: &[AccountToken]) -> String {
        let system = self.system_token();
        let preload: String = accounts
            .iter()
            .chain([&system])
            .map(|account| format!("{}: {}\n", account.id, account.token))
            .collect();
        format!(
            "operator: {}\nsystem_account: {}\nresolver: MEMORY\nresolver_preload {{\n{preload}}}\n",
            self.operator_token(),
            system.id
        )
    }

    pub(crate) fn start(&self, config: &str) -> NatsServer {
        NatsServer::start(self.folder.path().join("server"), config)
    }

    pub(crate) fn resolver(&self, server: &NatsServer) -> NatsResolver {
        connect(&server.url(), self.push_user()).unwrap()
    }

    pub(crate) fn tool(&self, server: &NatsServer, user: UserCredentials) -> NatsTool {
        let urls = NatsUrls::parse(&server.url()).unwrap();
        NatsTool::connect(&urls, &ConnectOptions::new("nsc_tool").credentials(user)).unwrap()
    }
}

pub(crate) fn account_seed(number: u16) -> Seed {
    let mut entropy = [3; 32];
    entropy[..2].copy_from_slice(&number.to_be_bytes());
    Seed::from_entropy(KeyKind::Account, entropy)
}

pub(crate) fn connect(urls: &str, user: UserCredentials) -> Result<NatsResolver, ResolverError> {
    let options = ConnectOptions::new("nsc_push").credentials(user);
    NatsResolver::connect(&NatsUrls::parse(urls).unwrap(), &options)
}

pub(crate) fn push(resolver: &mut NatsResolver, accounts: &[AccountToken]) -> PushReport {
    resolver.push(accounts, &PushOptions::default()).unwrap()
}

/// The account's outcome in short: `ok 2`, `unchanged`, ...
pub(crate) fn outcomes(report: &PushReport) -> Vec<String> {
    report
        .accounts
        .iter()
        .map(|account| {
            use nsc_resolver::PushOutcome::{Failed, NewerOnServer, Sent, Unchanged};
            match &account.outcome {
                Unchanged { servers } => format!("unchanged {servers}"),
                NewerOnServer { .. } => "newer".to_owned(),
                Sent {
                    replies, silent, ..
                } => format!(
                    "{:?} {}/{} silent {}",
                    account.level(),
                    account.accepted(),
                    replies.len(),
                    silent.len()
                ),
                Failed(error) => format!("failed: {error}"),
                other => format!("{other:?}"),
            }
        })
        .collect()
}
