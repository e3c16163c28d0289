//! Operators, accounts and users.

use super::{Group, done, ends};

pub(super) const EXAMPLES: &[Group] = &[
    Group {
        command: "add operator",
        examples: &[
            done(
                "An operator with a system account and a signing key",
                "nsc add operator --sys --generate-signing-key SHOP",
            ),
            done(
                "An operator that others look after",
                "nsc add operator --url partner.jwt",
            ),
        ],
    },
    Group {
        command: "add account",
        examples: &[
            done(
                "An account, which becomes the current one",
                "nsc add account SHIPPING",
            ),
            done(
                "In scripts: nothing changes where it is there already",
                "nsc add account ORDERS --if-absent",
            ),
            ends(4, "A name that is taken", "nsc add account ORDERS"),
        ],
    },
    Group {
        command: "add user",
        examples: &[
            done(
                "A user who may publish orders and read answers",
                "nsc add user -a ORDERS shop --allow-pub 'orders.>' --allow-sub '_INBOX.>'",
            ),
            done(
                "A user for three months",
                "nsc add user -a ORDERS temp --expiry 3M",
            ),
            done(
                "A user whose role says what it may do",
                "nsc add user -a ORDERS reporter -K reader",
            ),
        ],
    },
    Group {
        command: "add accounts",
        examples: &[done(
            "From a CSV file: its header names fields like name, tag, expiry",
            "nsc add accounts --from accounts.csv",
        )],
    },
    Group {
        command: "add users",
        examples: &[
            done(
                "From a CSV file",
                "nsc add users -a ORDERS --from users.csv",
            ),
            done(
                "From JSON lines on standard input",
                r#"echo '{"name": "u1", "allow-pub": "a.>"}' | nsc add users --from -"#,
            ),
        ],
    },
    Group {
        command: "edit operator",
        examples: &[
            done(
                "Where accounts are pushed to",
                "nsc edit operator -u nats://localhost:4222",
            ),
            done(
                "A signing key, so that the identity key can be put away",
                "nsc edit operator --sk generate",
            ),
        ],
    },
    Group {
        command: "edit account",
        examples: &[
            done(
                "JetStream with room for 10 GB on disk",
                "nsc edit account ORDERS --js-disk-storage 10G",
            ),
            done(
                "At most 100 connections, with messages of 1 MB",
                "nsc edit account ORDERS --conns 100 --payload 1MB",
            ),
            done("A signing key", "nsc edit account ORDERS --sk generate"),
            done(
                "See what would change",
                "nsc edit account ORDERS --subscriptions 50 --dry-run",
            ),
        ],
    },
    Group {
        command: "edit user",
        examples: &[
            done(
                "One more subject to publish to",
                "nsc edit user -a ORDERS alice --allow-pub 'orders.new'",
            ),
            done(
                "From the office alone, in office hours",
                "nsc edit user alice --source-network 10.0.0.0/8 --time 08:00:00-17:00:00",
            ),
        ],
    },
    Group {
        command: "edit signing-key",
        examples: &[
            done(
                "A role: what its users may do is said once, at the key",
                "nsc edit signing-key --sk generate --role writer --allow-pub 'orders.>'",
            ),
            done("Change the role", "nsc edit signing-key reader --subs 10"),
        ],
    },
    Group {
        command: "edit authcallout",
        examples: &[
            done(
                "Let a service decide who may connect, by the key of its user",
                "nsc edit authcallout ORDERS --auth-user \\\n    \
                 UDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCYSJF",
            ),
            done("End that", "nsc edit authcallout ORDERS --disable"),
        ],
    },
    Group {
        command: "describe operator",
        examples: &[
            done("The current operator", "nsc describe operator"),
            done(
                "One value, for a script",
                "nsc describe operator --field sub",
            ),
        ],
    },
    Group {
        command: "describe account",
        examples: &[
            done("An account", "nsc describe account ORDERS"),
            done(
                "All of its claims, as JSON",
                "nsc describe account ORDERS --json",
            ),
            done(
                "One of its limits",
                "nsc describe account ORDERS --field nats.limits.conn",
            ),
        ],
    },
    Group {
        command: "describe user",
        examples: &[
            done(
                "A user, and what it may do in the end",
                "nsc describe user -a ORDERS alice",
            ),
            done("Its JWT", "nsc describe user -a ORDERS alice --raw"),
        ],
    },
    Group {
        command: "describe jwt",
        examples: &[done(
            "What a creds file holds",
            "nsc describe jwt --file alice.creds",
        )],
    },
    Group {
        command: "list operators",
        examples: &[done("All operators", "nsc list operators")],
    },
    Group {
        command: "list accounts",
        examples: &[
            done("The accounts of the current operator", "nsc list accounts"),
            done("One JSON object a line", "nsc list accounts --output jsonl"),
        ],
    },
    Group {
        command: "list users",
        examples: &[done("The users of an account", "nsc list users -a ORDERS")],
    },
    Group {
        command: "delete account",
        examples: &[done(
            "An account and its users, with their keys and creds files",
            "nsc delete account BILLING --rm-nkey --rm-creds",
        )],
    },
    Group {
        command: "delete user",
        examples: &[
            done(
                "A user, whom servers refuse after the next push",
                "nsc delete user -a ORDERS bob --revoke",
            ),
            done(
                "In scripts: one that may be gone",
                "nsc delete user -a ORDERS old --if-exists",
            ),
        ],
    },
    Group {
        command: "rename account",
        examples: &[done(
            "Keys and users stay the same",
            "nsc rename account BILLING INVOICES --OK",
        )],
    },
];
