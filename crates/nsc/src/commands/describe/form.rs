//! The form in which a token is shown: a table, its claims as JSON, one of their values, or itself.

use anstyle::Style;
use nsc_core::creds;
use nsc_core::effective::Effective;
use nsc_core::json;
use nsc_core::json_path;
use nsc_core::jwt;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::app::App;
use crate::error::{CliError, Kind};
use crate::outfile::{self, Existing};
use crate::schema::foreign;
use crate::similar;
use crate::ui;
use crate::ui::page::Page;
use crate::ui::style::{BAD, WARN};
use crate::ui::table::Table;
use crate::ui::{Report, Show, Step};

/// Flags that choose the form.
#[derive(Debug, clap::Args)]
pub(super) struct Form {
    /// Show the claims as JSON
    #[arg(short = 'J', long)]
    json: bool,

    /// Show one value of the claims, such as `nats.exports[0].subject`
    #[arg(short = 'F', long, value_name = "PATH")]
    field: Option<String>,

    /// Show the token itself
    #[arg(short = 'R', long)]
    raw: bool,

    /// Show public keys in tables instead of account names
    #[arg(short = 'W', long)]
    pub(super) long_ids: bool,

    /// Write it into this file; `--` is standard output
    #[arg(short, long, value_name = "FILE", default_value = outfile::STDOUT)]
    output_file: String,
}

/// A token that is to be shown; its signature was checked.
pub(super) struct Subject {
    /// `operator`, `account`, ...
    pub(super) kind: String,
    /// What people call it.
    pub(super) name: String,
    /// The bare token.
    pub(super) token: String,
}

/// What tables say.
#[derive(Default)]
pub(super) struct Details {
    /// The tables.
    pub(super) tables: Vec<Table>,
    /// What they say beyond the claims.
    pub(super) context: Context,
    /// What could not be found out.
    pub(super) warnings: Vec<Step>,
}

/// What the store knows about the things in a token.
#[derive(Default, JsonSchema, Serialize)]
pub(super) struct Context {
    /// Names of the accounts that the token mentions, by public key.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub(super) account_names: std::collections::BTreeMap<String, String>,
    /// The scoped signing key that signed a user, as the account has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<foreign::Scope>")]
    pub(super) scope: Option<Value>,
    /// What a user may do in the end: its role filled in, the defaults of the account, deny over
    /// allow.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<foreign::Effective>")]
    pub(super) effective: Option<Effective>,
    /// Identifier of an activation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hash_id: Option<String>,
}

/// The result of a describe command.
#[derive(JsonSchema, Serialize)]
pub(super) struct Description {
    /// The type of token: `operator`, `account`, `user`, `activation`, ...
    kind: String,
    /// All claims, members sorted; absent with `--raw` and `--field`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<foreign::Claims>")]
    claims: Option<Value>,
    /// The value that `--field` asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<Value>,
    /// The token, with `--raw`.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(flatten)]
    context: Context,
    /// Where it was written, with `--output-file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<std::path::PathBuf>,
    #[serde(skip)]
    body: Body,
}

/// The text for people.
enum Body {
    /// On standard output, and in a file.
    Text { shown: String, filed: String },
    /// Tables, as wide as the place allows.
    Tables(Vec<Table>),
}

impl Body {
    fn filed(&self) -> String {
        match self {
            Self::Text { filed, .. } => filed.clone(),
            Self::Tables(tables) => {
                let tables: Vec<String> = tables.iter().map(|table| table.render(None)).collect();
                tables.join("\n")
            }
        }
    }
}

impl Show for Description {
    fn show(&self, page: &mut Page) {
        match &self.body {
            _ if self.file.is_some() => {}
            Body::Text { shown, .. } => page.raw(shown),
            Body::Tables(tables) => tables.iter().for_each(|table| page.table(table)),
        }
    }
}

impl Form {
    /// Shows a token in the form that was asked for. `details` is called for tables only.
    pub(super) fn report(
        &self,
        app: &App,
        subject: Subject,
        details: impl FnOnce() -> Result<Details, CliError>,
    ) -> Result<Report, CliError> {
        let Subject { kind, name, token } = subject;
        let empty = |body| Description {
            kind: kind.clone(),
            claims: None,
            field: None,
            token: None,
            context: Context::default(),
            file: None,
            body,
        };
        let mut warnings = Vec::new();
        let (what, description) = if self.raw {
            let body = raw_text(&token, self.target(app).is_some())?;
            let token = Some(token);
            (
                "JWT",
                Description {
                    token,
                    ..empty(body)
                },
            )
        } else if let Some(path) = self.field.as_ref().filter(|path| !path.is_empty()) {
            let claims = claims(&token);
            let value = json_path::lookup(&claims, path).map_err(|error| {
                let mut refused = CliError::wrap(Kind::Failed, &error);
                refused.hints.extend(meant(&claims, path));
                refused.hint("the same command with --json instead of --field shows all claims")
            })?;
            // What is not set is not there, so that nothing is wrong with that.
            if value.is_null()
                && !app.is_for_machines()
                && let Some(hint) = meant(&claims, path)
            {
                ui::notice(&hint);
            }
            let body = field_text(&value);
            let field = Some(value);
            (
                "field",
                Description {
                    field,
                    ..empty(body)
                },
            )
        } else {
            let claims = claims(&token);
            let (body, context) = if self.json {
                (json_text(&claims), Context::default())
            } else {
                let mut details = details()?;
                if let Some(style) = expiry_style(app, &claims) {
                    details
                        .tables
                        .iter_mut()
                        .for_each(|table| table.mark("Expires", style));
                }
                warnings = details.warnings;
                (Body::Tables(details.tables), details.context)
            };
            let claims = Some(claims);
            let description = Description {
                claims,
                context,
                ..empty(body)
            };
            ("description", description)
        };
        let title = format!("{what} of {kind} `{name}`");
        Ok(self.deliver(app, description, &title)?.with_steps(warnings))
    }

    fn target(&self, app: &App) -> Option<std::path::PathBuf> {
        outfile::target(app, &self.output_file)
    }

    fn deliver(
        &self,
        app: &App,
        mut description: Description,
        title: &str,
    ) -> Result<Report, CliError> {
        let Some(path) = self.target(app) else {
            return Ok(Report::new(description));
        };
        let text = description.body.filed();
        let written = outfile::write(app, &path, text.as_bytes(), Existing::Replace)?;
        let step = Step::ok(format!("wrote {title} to `{}`", written.short_path(app)));
        description.file = Some(written.path.clone());
        Ok(Report::new(description)
            .with_written(&written)
            .with_steps([step]))
    }
}

/// The claims as the token has them, members sorted: numbers exact, nothing brought up to date.
fn claims(token: &str) -> Value {
    // The signature was checked before; only the text is wanted here.
    if let Some(token) = jwt::read_foreign(token) {
        return json::sorted(&token.claims);
    }
    // Texts with broken Unicode need a reader that forgives it.
    let claims = jwt::decode(token).map(|claims| claims.to_json());
    let claims = claims.or_else(|_| jwt::decode_generic(token).map(|claims| claims.to_json()));
    claims
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// Tokens that have expired stand out, and those that will within a month.
fn expiry_style(app: &App, claims: &Value) -> Option<Style> {
    const SOON: i64 = 30 * 86_400;
    let expiry = claims["exp"].as_i64().filter(|expiry| *expiry != 0)?;
    match expiry.saturating_sub(app.now().0) {
        ..=0 => Some(BAD),
        1..=SOON => Some(WARN),
        _ => None,
    }
}

/// The member that may have been meant by the first one in the path that is not there. Only what is very near counts:
/// `imports` are often not there, and not meant as `exports`.
fn meant(claims: &Value, path: &str) -> Option<String> {
    let mut value = claims;
    for part in path.split(['.', '[']) {
        let part = part.trim_end_matches(']');
        value = match value {
            Value::Object(members) => match members.get(part) {
                Some(value) => value,
                None => {
                    let name = similar::nearest_within(1, part, members.keys())?;
                    return Some(format!("{} `{name}`?", similar::BEGINNING));
                }
            },
            Value::Array(items) => items.get(part.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    None
}

fn raw_text(token: &str, is_for_file: bool) -> Result<Body, CliError> {
    let filed = if is_for_file {
        creds::decorate_jwt(token).map_err(|error| CliError::wrap(Kind::Failed, &error))?
    } else {
        String::new()
    };
    let shown = format!("{token}\n");
    Ok(Body::Text { shown, filed })
}

fn field_text(value: &Value) -> Body {
    let filed = json::to_text(value);
    let shown = format!("{filed}\n");
    Body::Text { shown, filed }
}

fn json_text(claims: &Value) -> Body {
    let filed = format!("{}\n", json::to_pretty_text(claims, " ", false));
    let shown = format!("{filed}\n");
    Body::Text { shown, filed }
}
