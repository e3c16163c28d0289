//! What restricts users beside subjects: numbers, networks, times, kinds of connection.

use nsc_core::claims::TimeRange;
use nsc_core::edit::{ConnectionType, ListEdit, NatsLimitEdit, UserLimitEdit};
use nsc_core::time;

use crate::args::{list, number};
use crate::error::{CliError, Kind};
use crate::similar;

/// Limits of a user, or of the users of a role.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "User limits")]
pub struct UserLimitArgs {
    /// Subscriptions of a connection; -1 is unlimited
    #[arg(long, value_name = "N", value_parser = number::integer)]
    subs: Option<i64>,

    /// Bytes of data, with or without a unit (`1k`, `1MiB`); -1 is unlimited
    #[arg(long, value_name = "SIZE", value_parser = number::size)]
    data: Option<i64>,

    /// Bytes of one message, with or without a unit; -1 is unlimited
    #[arg(long, value_name = "SIZE", value_parser = number::size)]
    pub payload: Option<i64>,

    /// Let the JWT alone be enough to connect, without proof of the key
    #[arg(long)]
    bearer: Option<bool>,

    /// Turn users away unless they come through a trusted proxy
    #[arg(long)]
    proxy_required: Option<bool>,

    /// Allow these kinds of connection: standard, websocket, leafnode, leafnode_ws, mqtt, mqtt_ws, in_process
    #[arg(long, value_name = "TYPES")]
    conn_type: Vec<String>,

    /// Take these kinds of connection off the list
    #[arg(long, value_name = "TYPES")]
    rm_conn_type: Vec<String>,

    /// Allow connections from these networks: `10.0.0.0/8`
    #[arg(long, value_name = "NETWORKS")]
    source_network: Vec<String>,

    /// Take these networks off the list
    #[arg(long, value_name = "NETWORKS")]
    rm_source_network: Vec<String>,

    /// Allow connections in this daily range: `08:00:00-17:00:00`
    #[arg(long, value_name = "RANGE")]
    time: Vec<String>,

    /// Remove the daily ranges that begin at these times
    #[arg(long, value_name = "TIMES")]
    rm_time: Vec<String>,

    /// Time zone of the daily ranges: `Europe/Berlin`; empty removes it
    #[arg(long, value_name = "ZONE")]
    locale: Option<String>,
}

impl UserLimitArgs {
    /// The limits as an edit.
    ///
    /// # Errors
    /// When a list, range, zone or kind of connection is not understood.
    pub fn edit(&self) -> Result<UserLimitEdit, CliError> {
        Ok(UserLimitEdit {
            limits: NatsLimitEdit {
                subs: self.subs,
                data: self.data,
                payload: self.payload,
            },
            bearer: self.bearer,
            proxy_required: self.proxy_required,
            connection_types: connection_types(&self.conn_type)?,
            remove_connection_types: connection_types(&self.rm_conn_type)?,
            networks: ListEdit {
                add: list::items(&self.source_network)?,
                remove: list::items(&self.rm_source_network)?,
            },
            times: self
                .time
                .iter()
                .map(|text| range(text))
                .collect::<Result<_, _>>()?,
            remove_times: list::items(&self.rm_time)?,
            location: self.locale.as_deref().map(time::parse_locale).transpose()?,
        })
    }
}

fn connection_types(uses: &[String]) -> Result<Vec<ConnectionType>, CliError> {
    list::items(uses)?
        .iter()
        .filter(|name| !name.is_empty())
        .map(|name| {
            ConnectionType::parse(name).map_err(|error| {
                let mut refused = CliError::wrap(Kind::Failed, &error);
                let known = ConnectionType::all().map(|kind| kind.name().to_lowercase());
                refused.hints.extend(similar::question(name, known));
                refused
            })
        })
        .collect()
}

fn range(text: &str) -> Result<TimeRange, CliError> {
    let (start, end) = time::parse_time_range(text)?;
    Ok(TimeRange {
        start,
        end,
        ..TimeRange::default()
    })
}
