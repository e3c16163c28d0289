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
/// Look-up and server ping come on top of the three claims requests; a user without them can
/// still push, only slower and without the comparison with what the servers hold.
pub fn push_access(inbox_prefix: &str) -> Access {
    access(
        &[
            CLAIMS_LIST,
            CLAIMS_UPDATE,
            CLAIMS_DELETE,
            &lookup("*"),
            SERVER_PING,
        ],
        inbox_prefix,
    )
}

/// Permissions for pulling everything, or single accounts by look-up.
pub fn pull_access(inbox_prefix: &str) -> Access {
    access(&[CLAIMS_PACK, &lookup("*"), SERVER_PING], inbox_prefix)
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
        assert!(
            !pull_access("x")
                .publish
                .iter()
                .any(|s| s.contains("UPDATE"))
        );
    }
}
