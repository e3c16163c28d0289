//! Exports, imports, mappings, activations and revocations.

use super::{Group, done};

pub(super) const EXAMPLES: &[Group] = &[
    Group {
        command: "add export",
        examples: &[
            done(
                "A stream that all accounts may have",
                "nsc add export -a ORDERS -s 'events.>'",
            ),
            done(
                "A service for accounts that are given an activation",
                "nsc add export -a ORDERS -s 'stock.*' --service --private",
            ),
        ],
    },
    Group {
        command: "add import",
        examples: &[
            done(
                "A service of another account, under a subject of one's own",
                "nsc add import -a BILLING --src-account ORDERS --service \\\n    \
                 --remote-subject orders.status -s status.of.orders",
            ),
            done(
                "A private export, with the activation that its owner gave",
                "nsc add import -a BILLING --token activation.jwt",
            ),
        ],
    },
    Group {
        command: "add mapping",
        examples: &[
            done(
                "Another subject",
                "nsc add mapping -a ORDERS --from a.x --to b.x",
            ),
            done(
                "A tenth of the messages, for a try",
                "nsc add mapping -a ORDERS --from a.x --to c.x --weight 10",
            ),
        ],
    },
    Group {
        command: "edit export",
        examples: &[
            done(
                "Measure a fifth of the requests",
                "nsc edit export -a ORDERS -s 'prices.*' --latency latency.prices --sampling 20",
            ),
            done(
                "Make it public",
                "nsc edit export -a ORDERS -s 'prices.*' --private=false",
            ),
        ],
    },
    Group {
        command: "delete export",
        examples: &[done(
            "By its subject",
            "nsc delete export -a ORDERS --subject 'orders.>'",
        )],
    },
    Group {
        command: "delete import",
        examples: &[done(
            "By its subject",
            "nsc delete import -a BILLING --subject 'orders.>'",
        )],
    },
    Group {
        command: "delete mapping",
        examples: &[done(
            "All its targets",
            "nsc delete mapping -a ORDERS --from orders.old",
        )],
    },
    Group {
        command: "generate activation",
        examples: &[done(
            "Let an account import a private export, for a year",
            "nsc generate activation -a ORDERS -s prices.new -t BILLING --expiry 1y -o for-billing.jwt",
        )],
    },
    Group {
        command: "revocations add-user",
        examples: &[
            done(
                "What a user holds is worth nothing after the next push",
                "nsc revocations add-user -a ORDERS --name bob",
            ),
            done(
                "All users at once",
                "nsc revocations add-user -a ORDERS -u '*'",
            ),
        ],
    },
    Group {
        command: "revocations delete-user",
        examples: &[done(
            "Take the revocation back",
            "nsc revocations delete-user -a ORDERS --name dave",
        )],
    },
    Group {
        command: "revocations list-users",
        examples: &[done(
            "Who is revoked",
            "nsc revocations list-users -a ORDERS",
        )],
    },
    Group {
        command: "revocations add-activation",
        examples: &[done(
            "Take from an account what it was given",
            "nsc revocations add-activation -a ORDERS --service -s prices.new -t BILLING",
        )],
    },
    Group {
        command: "revocations delete-activation",
        examples: &[done(
            "Take the revocation back",
            "nsc revocations delete-activation -a ORDERS --service -s 'prices.*' -t SYS",
        )],
    },
    Group {
        command: "revocations list-activations",
        examples: &[done(
            "Accounts from which an export was taken",
            "nsc revocations list-activations -a ORDERS --service -s 'prices.*'",
        )],
    },
    Group {
        command: "revocations compact",
        examples: &[
            done(
                "See what is not needed any more",
                "nsc revocations compact -a ORDERS --dry-run",
            ),
            done(
                "No user was ever valid for more than 90 days",
                "nsc revocations compact -a ORDERS --longest 90d --yes",
            ),
        ],
    },
];
