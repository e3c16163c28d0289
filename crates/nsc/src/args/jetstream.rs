//! JetStream limits of accounts.

use nsc_core::claims::OperatorLimits;
use nsc_core::edit::{JetStreamEdit, JetStreamLimitEdit, Tier};

use crate::app::App;
use crate::args::{ask, number};
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::ui;

/// JetStream limits; -1 is unlimited.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "JetStream")]
pub struct JetStreamArgs {
    /// Tier of the limits: number of replicas; 0 is the whole account
    #[arg(long, value_name = "N", value_parser = number::integer)]
    js_tier: Option<i64>,

    /// Bytes in memory (`1GiB`); 0 disables memory streams
    #[arg(long, value_name = "SIZE", value_parser = number::size)]
    js_mem_storage: Option<i64>,

    /// Bytes on disk; 0 disables file streams
    #[arg(long, value_name = "SIZE", value_parser = number::size)]
    js_disk_storage: Option<i64>,

    /// Streams
    #[arg(long, value_name = "N", value_parser = number::size)]
    js_streams: Option<i64>,

    /// Consumers
    #[arg(long, value_name = "N", value_parser = number::size)]
    js_consumer: Option<i64>,

    /// Bytes of one memory stream
    #[arg(long, value_name = "SIZE", value_parser = number::size)]
    js_max_mem_stream: Option<i64>,

    /// Bytes of one file stream
    #[arg(long, value_name = "SIZE", value_parser = number::size)]
    js_max_disk_stream: Option<i64>,

    /// Pending acknowledgements of one stream
    #[arg(long, value_name = "N", value_parser = number::size)]
    js_max_ack_pending: Option<i64>,

    /// Require each stream to name its maximum size
    #[arg(long)]
    js_max_bytes_required: Option<bool>,

    /// Remove the limits of a tier; 0 is the whole account
    #[arg(long, value_name = "N", value_parser = number::integer)]
    rm_js_tier: Option<i64>,

    /// Give a tier unlimited storage; 0 is the whole account
    #[arg(long, value_name = "N", value_parser = number::integer)]
    js_enable: Option<i64>,

    /// Remove all JetStream limits: JetStream is off
    #[arg(long)]
    js_disable: Option<bool>,

    /// Old name of --js-mem-storage
    #[arg(long, hide = true, value_parser = number::size)]
    mem_storage: Option<i64>,

    /// Old name of --js-disk-storage
    #[arg(long, hide = true, value_parser = number::size)]
    disk_storage: Option<i64>,

    /// Old name of --js-streams
    #[arg(long, hide = true, value_parser = number::size)]
    streams: Option<i64>,

    /// Old name of --js-consumer
    #[arg(long, hide = true, value_parser = number::size)]
    consumer: Option<i64>,
}

impl JetStreamArgs {
    /// The limits as an edit.
    ///
    /// # Errors
    /// For flags that exclude each other, and tiers that cannot be.
    pub fn edit(&self) -> Result<JetStreamEdit, CliError> {
        self.tell_old_names();
        let disable = (self.js_disable == Some(true)).then_some(JetStreamEdit::Disable);
        let enable = action(self.js_enable, "--js-enable")?.map(JetStreamEdit::Enable);
        let remove = action(self.rm_js_tier, "--rm-js-tier")?.map(JetStreamEdit::Remove);
        let given = self.given();
        let mut actions = [disable, enable, remove].into_iter().flatten();
        match (actions.next(), &given[..]) {
            (None, _) => {
                let number = self.js_tier.unwrap_or(0);
                Ok(JetStreamEdit::Limits(
                    tier(number, "--js-tier")?,
                    self.limits(),
                ))
            }
            (Some(action), [_]) => Ok(action),
            (Some(_), several) => Err(CliError::usage(format!(
                "these flags exclude each other: {}",
                several.join(", ")
            ))),
        }
    }

    /// The flags that were given and ask for something.
    pub fn given(&self) -> Vec<&'static str> {
        let limits = self.limits();
        let asks = |number: Option<i64>| number.is_some_and(|number| number != NOT_ASKED);
        [
            ("--js-tier", self.js_tier.is_some()),
            ("--js-mem-storage", limits.mem_storage.is_some()),
            ("--js-disk-storage", limits.disk_storage.is_some()),
            ("--js-streams", limits.streams.is_some()),
            ("--js-consumer", limits.consumer.is_some()),
            ("--js-max-mem-stream", self.js_max_mem_stream.is_some()),
            ("--js-max-disk-stream", self.js_max_disk_stream.is_some()),
            ("--js-max-ack-pending", self.js_max_ack_pending.is_some()),
            (
                "--js-max-bytes-required",
                self.js_max_bytes_required.is_some(),
            ),
            ("--rm-js-tier", asks(self.rm_js_tier)),
            ("--js-enable", asks(self.js_enable)),
            ("--js-disable", self.js_disable == Some(true)),
        ]
        .into_iter()
        .filter_map(|(flag, given)| given.then_some(flag))
        .collect()
    }

    /// Asks whether to set limits; then for the tier and its limits, offering those there are.
    ///
    /// # Errors
    /// When cancelled.
    pub fn ask(&mut self, app: &App, current: &OperatorLimits) -> Result<(), CliError> {
        if !app.prompter.confirm("set JetStream limits?", false)? {
            return Ok(());
        }
        let number = ask::size(
            app,
            "tier: number of replicas (0 is the whole account)",
            self.js_tier.unwrap_or(0),
        )?;
        self.js_tier = Some(number);
        let held = match tier(number, "tier")?.name() {
            None => current.jetstream.clone(),
            Some(name) => current
                .tiered_limits
                .get(&name)
                .cloned()
                .unwrap_or_default(),
        };
        let fresh = held.is_empty();
        let or_unlimited = |limit: i64| if fresh { -1 } else { limit };
        let mem = ask::size(app, "memory storage (0 is none)", held.mem_storage)?;
        let disk = ask::size(app, "disk storage (0 is none)", held.disk_storage)?;
        (self.js_mem_storage, self.js_disk_storage) = (Some(mem), Some(disk));
        if mem == 0 && disk == 0 {
            return Ok(());
        }
        for (question, member, limit) in [
            ("max streams", &mut self.js_streams, held.streams),
            ("max consumers", &mut self.js_consumer, held.consumer),
            (
                "max size of a memory stream",
                &mut self.js_max_mem_stream,
                held.mem_max_stream_bytes,
            ),
            (
                "max size of a disk stream",
                &mut self.js_max_disk_stream,
                held.disk_max_stream_bytes,
            ),
            (
                "max pending acknowledgements",
                &mut self.js_max_ack_pending,
                held.max_ack_pending,
            ),
        ] {
            *member = Some(ask::size(app, question, or_unlimited(limit))?);
        }
        let required = app
            .prompter
            .confirm("must streams name their size?", held.max_bytes_required)?;
        self.js_max_bytes_required = Some(required);
        Ok(())
    }

    fn limits(&self) -> JetStreamLimitEdit {
        JetStreamLimitEdit {
            mem_storage: self.js_mem_storage.or(self.mem_storage),
            disk_storage: self.js_disk_storage.or(self.disk_storage),
            streams: self.js_streams.or(self.streams),
            consumer: self.js_consumer.or(self.consumer),
            max_ack_pending: self.js_max_ack_pending,
            mem_max_stream_bytes: self.js_max_mem_stream,
            disk_max_stream_bytes: self.js_max_disk_stream,
            max_bytes_required: self.js_max_bytes_required,
        }
    }

    fn tell_old_names(&self) {
        for (given, name) in [
            (self.mem_storage, "mem-storage"),
            (self.disk_storage, "disk-storage"),
            (self.streams, "streams"),
            (self.consumer, "consumer"),
        ] {
            if given.is_some() {
                ui::notice(&format!("`--{name}` is deprecated: use `--js-{name}`"));
            }
        }
    }
}

/// The value of a tier flag that asks for nothing.
const NOT_ASKED: i64 = -1;

fn action(number: Option<i64>, flag: &str) -> Result<Option<Tier>, CliError> {
    match number {
        None | Some(NOT_ASKED) => Ok(None),
        Some(number) => tier(number, flag).map(Some),
    }
}

fn tier(number: i64, flag: &str) -> Result<Tier, CliError> {
    u64::try_from(number).map(Tier::new).map_err(|_| {
        CliError::usage(format!(
            "{flag} {number}: a tier is a number of replicas, or 0 for the whole account"
        ))
        .about(EntityKind::Flag, flag.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_stand_alone() {
        let disable = JetStreamArgs {
            js_disable: Some(true),
            ..JetStreamArgs::default()
        };
        assert_eq!(disable.edit().unwrap(), JetStreamEdit::Disable);
        let both = JetStreamArgs {
            streams: Some(1),
            ..disable
        };
        let error = both.edit().unwrap_err();
        assert!(
            error.message.contains("--js-streams, --js-disable"),
            "{error}"
        );
    }

    #[test]
    fn minus_one_asks_for_no_action_and_other_negatives_for_nothing_sensible() {
        let args = JetStreamArgs {
            js_enable: Some(-1),
            rm_js_tier: Some(-1),
            ..JetStreamArgs::default()
        };
        assert!(args.edit().unwrap().is_empty());
        for args in [
            JetStreamArgs {
                js_enable: Some(-2),
                ..JetStreamArgs::default()
            },
            JetStreamArgs {
                js_tier: Some(-1),
                ..JetStreamArgs::default()
            },
        ] {
            assert!(args.edit().is_err(), "{args:?}");
        }
    }
}
