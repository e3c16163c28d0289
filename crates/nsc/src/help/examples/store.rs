//! The store as a whole, and this tool.

use super::{Group, done, ends};

pub(super) const EXAMPLES: &[Group] = &[
    Group {
        command: "init",
        examples: &[
            done("With a name of your own", "nsc init --name SHOP"),
            done("In a folder of its own", "nsc init --name SHOP --dir shop"),
        ],
    },
    Group {
        command: "env",
        examples: &[
            done("Where everything is", "nsc env"),
            done("Go on with another account", "nsc env -a BILLING"),
        ],
    },
    Group {
        command: "select account",
        examples: &[done(
            "The account of the commands that follow",
            "nsc select account BILLING",
        )],
    },
    Group {
        command: "select operator",
        examples: &[
            done(
                "The operator of the commands that follow",
                "nsc select operator ACME",
            ),
            ends(3, "One that is not there", "nsc select operator ACNE"),
        ],
    },
    Group {
        command: "log",
        examples: &[
            done("The last changes", "nsc log --limit 5"),
            done("What the first one did", "nsc log 1"),
        ],
    },
    Group {
        command: "batch",
        examples: &[
            done(
                "An account with a user, both or neither",
                "printf '%s\\n' 'add account SHOP' 'add user -a SHOP eve' | nsc batch -",
            ),
            done(
                "What the lines would write",
                "echo 'add user -a ORDERS eve' | nsc batch --dry-run -",
            ),
            done(
                "Words that a shell would take apart, as JSON",
                r#"echo '["edit", "user", "-a", "ORDERS", "alice", "--tag", "two words"]' | nsc batch -"#,
            ),
        ],
    },
    Group {
        command: "undo",
        examples: &[
            done("See what would come back", "nsc undo --dry-run"),
            done("Take back the last change", "nsc undo"),
        ],
    },
    Group {
        command: "trash list",
        examples: &[done("Which seeds can come back", "nsc trash list")],
    },
    Group {
        command: "trash restore",
        examples: &[done(
            "A seed, by its public key",
            "nsc trash restore UDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCYSJF",
        )],
    },
    Group {
        command: "trash empty",
        examples: &[done(
            "What was removed more than a week ago",
            "nsc trash empty --older-than 7d",
        )],
    },
    Group {
        command: "fix",
        examples: &[done(
            "A store and a keystore of what a backup holds",
            "nsc fix --in backup --out repaired",
        )],
    },
    Group {
        command: "migrate",
        examples: &[done(
            "The accounts of another operator",
            "nsc migrate --operator-dir old/OLD",
        )],
    },
    Group {
        command: "upgrade-jwt",
        examples: &[done(
            "With a backup, without questions",
            "nsc upgrade-jwt --yes",
        )],
    },
    Group {
        command: "completion",
        examples: &[
            done("For this bash", "source <(nsc completion bash)"),
            done("For every zsh", "nsc completion zsh > _nsc"),
        ],
    },
    Group {
        command: "update",
        examples: &[
            done("To the latest version", "nsc update"),
            done("See what is there", "nsc update --dry-run"),
        ],
    },
    Group {
        command: "help",
        examples: &[done("All about one command", "nsc help add user")],
    },
];
