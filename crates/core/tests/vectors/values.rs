//! `durations_numbers_dates.json`: values as they are typed.

use jiff::tz::TimeZone;
use nsc_core::nsc_url::NscUrl;
use nsc_core::time::{
    UnixTime, parse_date_time, parse_duration, parse_expiry, parse_locale, parse_time_range,
};
use nsc_core::value::{
    check_account_server_url, check_service_url, parse_bool, parse_cidr, parse_integer, parse_list,
    parse_number, parse_sampling, parse_server_version, parse_unsigned,
};
use nsc_core::{json, json_path};
use serde::Deserialize;
use serde_json::Value;

use crate::frame::{Check, need, same};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "name")]
    _name: String,
    op: String,
    input: String,
    now: Option<i64>,
    json: Option<String>,
    value: Option<Value>,
    error: Option<bool>,
}

pub(crate) fn check(case: Case) -> Check {
    let got = parse(&case)?;
    if case.op != "expiry" {
        crate::frame::none(&case.now, "now")?;
    }
    if case.op != "json_path" {
        crate::frame::none(&case.json, "json")?;
    }
    match case.error {
        Some(true) => {
            crate::frame::none(&case.value, "value beside its error")?;
            same("value", got, None)
        }
        Some(false) => Err("`error` is true or absent".to_owned()),
        None => same("value", got, Some(need(case.value, "value")?)),
    }
}

/// The value, or nothing when it is refused.
fn parse(case: &Case) -> Result<Option<Value>, String> {
    fn value<T: Into<Value>, E>(parsed: Result<T, E>) -> Option<Value> {
        parsed.ok().map(Into::into)
    }
    let input = case.input.as_str();
    Ok(match case.op.as_str() {
        "expiry" => value(parse_expiry(
            input,
            UnixTime(need(case.now, "now")?),
            &TimeZone::UTC,
        )),
        "number" => value(parse_number(input)),
        "date_time" => value(parse_date_time(input)),
        "time_range" => value(parse_time_range(input).map(|(start, end)| vec![start, end])),
        "locale" => value(parse_locale(input)),
        "duration" => value(parse_duration(input)),
        "sampling" => value(parse_sampling(input)),
        "integer" => value(parse_integer(input)),
        "unsigned" => value(parse_unsigned(input)),
        "boolean" => value(parse_bool(input)),
        "list" => value(parse_list(input)),
        "cidr" => value(parse_cidr(input).map(|_| true)),
        "server_version" => {
            value(parse_server_version(input).map(|v| vec![v.major, v.minor, v.patch]))
        }
        "service_url" => value(check_service_url(input).map(|()| true)),
        "account_server_url" => value(check_account_server_url(input).map(|()| true)),
        "json_path" => {
            let text = need(case.json.as_deref(), "json")?;
            let document = serde_json::from_str(text).map_err(|error| error.to_string())?;
            value(json_path::lookup(&document, input).map(|found| json::to_text(&found)))
        }
        "nsc_url" => value(
            NscUrl::parse(input).map(|url| vec![url.operator, url.account, url.user, url.query]),
        ),
        "date_text" => value(input.parse().map(|seconds| UnixTime(seconds).to_string())),
        other => return Err(format!("unknown op `{other}`")),
    })
}
