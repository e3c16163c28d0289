//! The permissions that a user needs for claims requests, and the subjects of those requests.

/// What a user must be allowed to do. The subjects are in the form of the `allow` lists of a
/// user JWT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Subjects to publish to.
    pub publish: Vec<String>,
    /// Subjects to subscribe to.
    pub subscribe: Vec<String>,
}

/// Permissions for push, list, diff, prune and delete.
///
/// Look-up and the questions to servers about themselves come on top of the three claims requests; a user without them can
/// still push, only slower and without the comparison with what the servers hold.
pub fn push_access(inbox_prefix: &str) -> Access {
    access(
        &[
            CLAIMS_LIST,
            CLAIMS_UPDATE,
            CLAIMS_DELETE,
            &lookup("*"),
            SERVER_PING,
            SERVER_VARZ,
            SERVER_JSZ,
        ],
        inbox_prefix,
    )
}

/// Permissions for pulling everything, or single accounts by look-up.
pub fn pull_access(inbox_prefix: &str) -> Access {
    access(&[CLAIMS_PACK, &lookup("*"), SERVER_PING], inbox_prefix)
}

/// Permissions for asking what servers hold and what they were started with, and nothing else.
pub fn status_access(inbox_prefix: &str) -> Access {
    access(
        &[CLAIMS_LIST, &lookup("*"), SERVER_PING, SERVER_VARZ],
        inbox_prefix,
    )
}

/// Permissions for watching claims updates, deletions and the answers to them.
pub fn watch_access(inbox_prefix: &str) -> Access {
    let mut access = access(&[&format!("{inbox_prefix}.>")], inbox_prefix);
    access
        .subscribe
        .extend(WATCHED.iter().map(ToString::to_string));
    access
}

/// The inbox prefix that connections use unless told otherwise.
pub const DEFAULT_INBOX_PREFIX: &str = "_INBOX";

/// Replaces an account JWT on every server; the payload is the JWT.
pub(crate) const CLAIMS_UPDATE: &str = "$SYS.REQ.CLAIMS.UPDATE";
/// Asks every server for the ids of its accounts.
pub(crate) const CLAIMS_LIST: &str = "$SYS.REQ.CLAIMS.LIST";
/// Deletes accounts on every server; the payload is a request JWT signed by the operator.
pub(crate) const CLAIMS_DELETE: &str = "$SYS.REQ.CLAIMS.DELETE";
/// Asks one server for all account JWTs that it holds.
pub(crate) const CLAIMS_PACK: &str = "$SYS.REQ.CLAIMS.PACK";
/// Asks every server for its name and statistics.
pub(crate) const SERVER_PING: &str = "$SYS.REQ.SERVER.PING";

/// Asks every server what it runs with.
pub(crate) const SERVER_VARZ: &str = "$SYS.REQ.SERVER.PING.VARZ";
/// Asks every server what accounts keep in JetStream.
pub(crate) const SERVER_JSZ: &str = "$SYS.REQ.SERVER.PING.JSZ";
/// What changes accounts on servers.
pub(crate) const WATCHED: [&str; 4] = [
    CLAIMS_UPDATE,
    CLAIMS_DELETE,
    "$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE",
    "$SYS.ACCOUNT.*.CLAIMS.UPDATE",
];

/// Asks every server for one account's JWT.
pub(crate) fn lookup(id: &str) -> String {
    format!("$SYS.REQ.ACCOUNT.{id}.CLAIMS.LOOKUP")
}

fn access(publish: &[&str], inbox_prefix: &str) -> Access {
    Access {
        publish: publish.iter().map(ToString::to_string).collect(),
        subscribe: vec![format!("{inbox_prefix}.>")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_user_may_compare_and_count_but_reads_only_its_inbox() {
        let access = push_access("_INBOX");
        assert_eq!(access.subscribe, ["_INBOX.>"]);
        for subject in ["$SYS.REQ.ACCOUNT.*.CLAIMS.LOOKUP", "$SYS.REQ.SERVER.PING"] {
            assert!(access.publish.iter().any(|allowed| allowed == subject));
        }
        let watch = watch_access("_INBOX");
        assert_eq!(watch.publish, ["_INBOX.>"]);
        assert!(
            !pull_access("x")
                .publish
                .iter()
                .any(|s| s.contains("UPDATE"))
        );
    }
}
