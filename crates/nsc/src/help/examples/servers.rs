//! Servers.

use super::{Group, done};

pub(super) const EXAMPLES: &[Group] = &[
    Group {
        command: "push",
        examples: &[
            done("One account", "nsc push -a ORDERS"),
            done(
                "All accounts, to these servers",
                "nsc push --all -u nats://localhost:4222",
            ),
            done("Only compare, claim by claim", "nsc push --all --diff"),
            done(
                "Delete from the servers what is not here",
                "nsc push --all --prune",
            ),
        ],
    },
    Group {
        command: "pull",
        examples: &[
            done("One account", "nsc pull -a ORDERS"),
            done("All accounts", "nsc pull --all"),
        ],
    },
    Group {
        command: "status",
        examples: &[
            done("Do the servers know what the store knows?", "nsc status"),
            done(
                "One server must answer",
                "nsc status --expect-servers 1 --output json",
            ),
        ],
    },
    Group {
        command: "watch",
        examples: &[
            done("Until Ctrl-C", "nsc watch"),
            done("For some seconds", "nsc watch --for 2s"),
        ],
    },
    Group {
        command: "tool pub",
        examples: &[done(
            "A message",
            "nsc tool pub -a ORDERS -u alice orders.new 'a hat'",
        )],
    },
    Group {
        command: "tool sub",
        examples: &[done(
            "Until Ctrl-C",
            "nsc tool sub -a ORDERS -u alice 'orders.>'",
        )],
    },
    Group {
        command: "tool req",
        examples: &[done(
            "A request",
            "nsc tool req -a ORDERS -u alice prices.hat '{}'",
        )],
    },
    Group {
        command: "tool reply",
        examples: &[done(
            "Until Ctrl-C",
            "nsc tool reply -a ORDERS -u alice 'prices.*' 42",
        )],
    },
    Group {
        command: "tool rtt",
        examples: &[done(
            "How far the server is",
            "nsc tool rtt -a ORDERS -u alice",
        )],
    },
    Group {
        command: "load",
        examples: &[done(
            "With the seed of an account that a service gave you",
            "nsc load --url https://example.com/jwt/v1/operator --seed \"$(cat account.nk)\"",
        )],
    },
];
