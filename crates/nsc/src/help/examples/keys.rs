//! Keys, creds and configurations.

use super::{Group, done, ends};

pub(super) const EXAMPLES: &[Group] = &[
    Group {
        command: "list keys",
        examples: &[
            done(
                "Public keys, and which seeds are stored",
                "nsc list keys --all",
            ),
            done(
                "Stored seeds that nothing uses",
                "nsc list keys --all --not-referenced",
            ),
        ],
    },
    Group {
        command: "generate config",
        examples: &[
            done(
                "For servers that accounts are pushed to",
                "nsc generate config --nats-resolver --config-file nats.conf",
            ),
            done(
                "With all accounts in it",
                "nsc generate config --mem-resolver > nats.conf",
            ),
            done(
                "Values for the Helm chart of NATS",
                "nsc generate config --nats-resolver --format helm",
            ),
        ],
    },
    Group {
        command: "generate creds",
        examples: &[
            done(
                "A creds file",
                "nsc generate creds -a ORDERS -n alice -o alice2.creds",
            ),
            done(
                "For an hour",
                "nsc generate creds -n alice --expire 1h > short.creds",
            ),
            done(
                "As variables for a shell",
                "nsc generate creds -n alice --format env",
            ),
        ],
    },
    Group {
        command: "generate nkey",
        examples: &[
            done(
                "A user key: its seed, its public key",
                "nsc generate nkey --user",
            ),
            done(
                "An operator key, into the keystore",
                "nsc generate nkey --operator --store",
            ),
        ],
    },
    Group {
        command: "generate context",
        examples: &[done(
            "So that `nats --context orders` connects as the user",
            "nsc generate context -a ORDERS -u alice --context orders",
        )],
    },
    Group {
        command: "generate profile",
        examples: &[done(
            "Names and keys of operator, account and user, for another tool",
            "nsc generate profile 'nsc://ACME/ORDERS/alice?names&keys'",
        )],
    },
    Group {
        command: "generate diagram component",
        examples: &[done(
            "Who exports what to whom, as a picture",
            "nsc generate diagram component --format svg -o sharing.svg",
        )],
    },
    Group {
        command: "generate diagram object",
        examples: &[done(
            "For a page in Markdown",
            "nsc generate diagram object --users --format mermaid",
        )],
    },
    Group {
        command: "export keys",
        examples: &[
            done(
                "A copy of all seeds, to be kept safe",
                "nsc export keys --all --dir backup-keys",
            ),
            done(
                "Take the operator's keys away from this machine",
                "nsc export keys --operator --dir offline --remove",
            ),
        ],
    },
    Group {
        command: "import keys",
        examples: &[done(
            "From a folder of .nk files",
            "nsc import keys --dir saved-keys",
        )],
    },
    Group {
        command: "import account",
        examples: &[done(
            "A JWT that was sent to you",
            "nsc import account --file SHIPPING.jwt",
        )],
    },
    Group {
        command: "import user",
        examples: &[done(
            "JWT and seed of a creds file",
            "nsc import user --file frank.creds",
        )],
    },
    Group {
        command: "keys migrate",
        examples: &[done(
            "A keystore of nsc before version 2",
            "nsc keys migrate",
        )],
    },
    Group {
        command: "reissue operator",
        examples: &[done(
            "Accounts stay valid, as the old key goes on as a signing key",
            "nsc reissue operator --convert-to-signing-key",
        )],
    },
    Group {
        command: "expirations",
        examples: &[
            done("What expires within a month", "nsc expirations --skip"),
            done(
                "Within 90 days, for a script",
                "nsc expirations --within 90d --output json",
            ),
        ],
    },
    Group {
        command: "validate",
        examples: &[
            done("The current account and its users", "nsc validate"),
            done("All accounts", "nsc validate --all-accounts"),
            done(
                "A file that was sent to you",
                "nsc validate --file SHIPPING.jwt",
            ),
            ends(3, "An account that is not there", "nsc validate -a ORDRES"),
        ],
    },
];
