//! The URL that accounts are pushed to and pulled from.

use nsc_resolver::{NatsUrls, ResolverUrl};
use nsc_store::StoredOperator;

use crate::app::App;
use crate::entity::EntityKind;
use crate::error::CliError;

/// `given`, else the operator's account server URL; a person who is asked may change it.
///
/// # Errors
/// None is known, or it cannot be used.
pub fn resolver_url(
    app: &App,
    operator: &StoredOperator,
    given: Option<&str>,
) -> Result<ResolverUrl, CliError> {
    let known = operator.claims.nats.account_server_url.as_str();
    let url = given
        .map(str::trim)
        .filter(|url| !url.is_empty())
        .unwrap_or(known);
    if app.is_interactive() {
        let check = |answer: &str| {
            ResolverUrl::parse(answer)
                .map(drop)
                .map_err(|error| error.to_string())
        };
        let answer = app
            .prompter
            .text("Account server or resolver URL", url, &check)?;
        return Ok(ResolverUrl::parse(&answer)?);
    }
    if url.is_empty() {
        return Err(CliError::failed(format!(
            "operator `{}` has no account server URL",
            operator.name
        ))
        .about(EntityKind::Operator, operator.name.to_string())
        .hint("nsc edit operator --account-jwt-server-url nats://HOST:4222")
        .hint("give -u nats://HOST:4222 here, or -u https://HOST/jwt/v1"));
    }
    Ok(ResolverUrl::parse(url)?)
}

/// The servers for the tools: `given`, a URL or a list of them, else the operator's service URLs.
///
/// # Errors
/// None is known, or one cannot be used.
pub fn service_urls(operator: &StoredOperator, given: Option<&str>) -> Result<NatsUrls, CliError> {
    if let Some(urls) = given.filter(|urls| !urls.trim().is_empty()) {
        return Ok(NatsUrls::for_tools(&[urls])?);
    }
    let urls = &operator.claims.nats.operator_service_urls;
    if urls.is_empty() {
        return Err(
            CliError::failed(format!("operator `{}` has no service URLs", operator.name))
                .about(EntityKind::Operator, operator.name.to_string())
                .hint("nsc edit operator --service-url nats://HOST:4222")
                .hint("give --nats nats://HOST:4222 here"),
        );
    }
    Ok(NatsUrls::for_tools(urls)?)
}
