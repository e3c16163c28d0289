//! `subjects.json`: what is a subject, how subjects cover each other, mappings.

use nsc_core::mapping::{MappingError, Transform};
use nsc_core::subject;
use serde::Deserialize;
use serde_json::Value;

use crate::frame::{Check, read_case, same, same_result};

pub(crate) fn check(case: Value) -> Check {
    match case.get("op").and_then(Value::as_str) {
        Some("valid") => read_case(case, valid),
        Some("server_valid") => read_case(case, |case: OneSubject<bool>| {
            same(
                "result",
                subject::is_server_valid(&case.subject),
                case.result,
            )
        }),
        Some("wildcards") => read_case(case, |case: OneSubject<bool>| {
            same("result", subject::has_wildcards(&case.subject), case.result)
        }),
        Some("local_as_subject") => read_case(case, |case: OneSubject<String>| {
            same(
                "result",
                subject::local_as_subject(&case.subject),
                case.result,
            )
        }),
        Some("contained") => read_case(case, |case: TwoSubjects| {
            same(
                "result",
                subject::is_contained(&case.a, &case.b),
                case.result,
            )
        }),
        Some("subset") => read_case(case, |case: TwoSubjects| {
            same("result", subject::is_subset(&case.a, &case.b), case.result)
        }),
        Some("collide") => read_case(case, |case: TwoSubjects| {
            same("result", subject::collide(&case.a, &case.b), case.result)
        }),
        Some("local") => read_case(case, local),
        Some("mapping") => read_case(case, |case: Mapping| mapping(&case, Transform::new)),
        Some("import_transform") => {
            read_case(case, |case: Mapping| mapping(&case, Transform::for_import))
        }
        Some("transform") => read_case(case, transform),
        Some("exports") => read_case(case, exports),
        other => Err(format!("unknown op {other:?}")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneSubject<T> {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "op")]
    _op: String,
    subject: String,
    result: T,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TwoSubjects {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "op")]
    _op: String,
    a: String,
    b: String,
    result: bool,
}

/// The keywords of problems, sorted, each once.
fn keywords(found: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut found: Vec<_> = found.collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn valid(case: OneSubject<Vec<String>>) -> Check {
    let found = subject::problems(&case.subject);
    let mut want = case.result;
    want.sort_unstable();
    same(
        "result",
        keywords(found.iter().map(|problem| problem.keyword())),
        want,
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Local {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "op")]
    _op: String,
    from: String,
    to: String,
    result: Vec<String>,
}

fn local(case: Local) -> Check {
    let found = subject::local_problems(&case.to, &case.from);
    same(
        "result",
        keywords(found.iter().map(|problem| problem.keyword())),
        case.result,
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapping {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "op")]
    _op: String,
    from: String,
    to: String,
    ok: Option<bool>,
    error: Option<String>,
}

fn mapping(case: &Mapping, make: fn(&str, &str) -> Result<Transform, MappingError>) -> Check {
    let made = make(&case.from, &case.to);
    if let Some(ok) = case.ok {
        same("ok", made.is_ok(), ok)?;
    }
    let got = made.as_ref().map(|_| ()).map_err(MappingError::keyword);
    same_result(got, case.error.as_deref(), Ok)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Applied {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "op")]
    _op: String,
    from: String,
    to: String,
    subject: String,
    result: Option<String>,
    no_match: Option<bool>,
}

fn transform(case: Applied) -> Check {
    let transform = Transform::new(&case.from, &case.to).map_err(|error| error.to_string())?;
    // The smallest number is as good as any other.
    let got = transform.apply(&case.subject, |_| 0);
    if let Some(no_match) = case.no_match {
        same("no_match", got.is_none(), no_match)?;
    }
    same("result", got, case.result)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exports {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "op")]
    _op: String,
    exports: Vec<Export>,
    overlaps: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Export {
    #[serde(rename = "type")]
    kind: String,
    subject: String,
}

fn exports(case: Exports) -> Check {
    let count = |kind: &str| {
        let of_kind = case.exports.iter().filter(|export| export.kind == kind);
        let subjects: Vec<&str> = of_kind.map(|export| export.subject.as_str()).collect();
        subject::overlaps(&subjects).len()
    };
    same(
        "overlaps",
        count("stream") + count("service"),
        case.overlaps,
    )
}
