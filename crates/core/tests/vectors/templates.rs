//! `templates.json`: what users of a scoped signing key end up with.

use nsc_core::claims::UserPermissionLimits;
use nsc_core::template::{TemplateContext, TemplateError, TemplateLists, expand};
use serde::Deserialize;

use crate::frame::{Check, need, none, same, same_result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "name")]
    _name: String,
    template: String,
    user: User,
    account: Account,
    #[serde(rename = "pub")]
    publish: Option<Lists>,
    sub: Option<Lists>,
    count: Option<usize>,
    first: Option<String>,
    last: Option<String>,
    error: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct User {
    name: String,
    subject: String,
    tags: Option<Vec<String>>,
    issuer_account: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    name: String,
    tags: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Lists {
    allow: Vec<String>,
    deny: Vec<String>,
}

pub(crate) fn check(case: Case) -> Check {
    let template: UserPermissionLimits =
        serde_json::from_str(&case.template).map_err(|error| error.to_string())?;
    let permissions = template.permissions;
    let lists = TemplateLists {
        pub_allow: permissions.publish.allow,
        pub_deny: permissions.publish.deny,
        sub_allow: permissions.subscribe.allow,
        sub_deny: permissions.subscribe.deny,
    };
    let context = TemplateContext {
        user_name: &case.user.name,
        user_subject: &case.user.subject,
        user_tags: case.user.tags.as_deref().unwrap_or_default(),
        account_name: &case.account.name,
        account_subject: &case.user.issuer_account,
        account_tags: case.account.tags.as_deref().unwrap_or_default(),
    };
    let got = expand(&lists, &context);
    if case.error.is_some() {
        none(&case.publish, "pub")?;
        none(&case.sub, "sub")?;
    }
    same_result(
        got.as_ref().map_err(TemplateError::keyword),
        case.error.as_deref(),
        |got| match case.count {
            Some(count) => {
                same("count", got.pub_allow.len(), count)?;
                same("first", got.pub_allow.first(), case.first.as_ref())?;
                same("last", got.pub_allow.last(), case.last.as_ref())
            }
            None => {
                let publish = need(case.publish, "pub")?;
                let subscribe = need(case.sub, "sub")?;
                let want = TemplateLists {
                    pub_allow: publish.allow,
                    pub_deny: publish.deny,
                    sub_allow: subscribe.allow,
                    sub_deny: subscribe.deny,
                };
                same("permissions", got, &want)
            }
        },
    )
}
