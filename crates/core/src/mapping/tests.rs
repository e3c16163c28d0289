use super::*;
use proptest::prelude::*;

fn keyword(result: &Result<Transform, MappingError>) -> Option<&'static str> {
    result.as_ref().err().map(MappingError::keyword)
}

fn apply(from: &str, to: &str, subject: &str) -> Option<String> {
    Transform::new(from, to)
        .unwrap()
        .apply(subject, |below| below - 1)
}

#[test]
fn refused_mappings() {
    for (from, to, error) in [
        ("a", "", "destination"),
        ("a", "b.>.c", "destination"),
        ("a", "b\t", "destination"),
        ("a.*", "b.{{left(1,2)}}", "unknown_function"),
        ("a.*", "b.{{wildcard 1}}", "unknown_function"),
        ("a.*", "b.{{WILDCARD(1)}}", "unknown_function"),
        ("a.*", "b.{{ }}", "unknown_function"),
        ("a..b", "c", "subject"),
        ("a b", "c", "subject"),
        ("a.>", "b", "subject"),
        ("a", "b.*", "subject"),
        ("a.*", "$0", "index"),
        ("a.*", "$-1", "index"),
        ("a.*", "b.{{partition(3,1,2)}}", "index"),
        ("a", "b.{{splitFromLeft(1,1)}}", "index"),
        ("a.>", "b.$1.>", "index"),
        ("a.*", "{{wildcard()}}", "args"),
        ("a.*", "{{wildcard(1,1)}}", "args"),
        ("a.*", "{{wildcard(x)}}", "args"),
        ("a.*", "{{partition()}}", "args"),
        ("a.*", "{{split(1)}}", "args"),
        ("a.*", "{{split(1,a b)}}", "args"),
        ("a.*", "{{slicefromleft(1)}}", "args"),
        ("a.*", "{{random(99999999999)}}", "args"),
        ("a", "x.{{unknown()}}.b c", "unknown_function"),
        ("a..", "x.{{split(1)}}.b c", "destination"),
    ] {
        assert_eq!(
            keyword(&Transform::new(from, to)),
            Some(error),
            "{from} to {to}"
        );
    }
}

#[test]
fn refused_imports() {
    for (subject, local, error) in [
        ("a", "", "subject"),
        ("a", "b c", "subject"),
        ("a.*.*", "b.$1", "wildcards_unused"),
        ("a.*.*", "b.$1.$1", "wildcards_unused"),
        ("a.*", "b.{{partition(3,1)}}", "function_not_for_imports"),
        ("a", "b.{{random(3)}}", "function_not_for_imports"),
        ("a.*", "b.{{nothing(1)}}", "unknown_function"),
        ("a.*", "b.*", "subject"),
        ("a.*", "b.{{wildcard(2)}}", "index"),
    ] {
        assert_eq!(
            keyword(&Transform::for_import(subject, local)),
            Some(error),
            "{local}"
        );
    }
    for (subject, local) in [
        ("a.*.*", "$2.b.{{Wildcard( 1 )}}"),
        (">", ">"),
        ("a.>", "b.>"),
    ] {
        assert_eq!(
            keyword(&Transform::for_import(subject, local)),
            None,
            "{local}"
        );
    }
}

#[test]
fn names_of_functions_may_be_any_text() {
    // As long as the words of names in bytes, with a first letter of two.
    for name in [
        "é",
        "énd",
        "éndom",
        "élice",
        "éildcar",
        "éartitio",
        "sliceérom",
        "",
    ] {
        let to = format!("b.{{{{{name}(1)}}}}");
        assert_eq!(
            keyword(&Transform::for_import("a.*", &to)),
            Some("unknown_function"),
            "{to}"
        );
    }
}

#[test]
fn functions() {
    for (to, result) in [
        ("x.{{Split(1,-)}}", "x.a.b.c"),
        ("x.{{ SplitFromLeft ( 1 , 1 ) }}", "x.-.-a--b-c"),
        ("x.{{splitFromRight(1,99)}}", "x.--a--b-c"),
        ("x.{{sliceFromRight(1,5)}}.y", "x.--a.--b-c.y"),
        ("x.{{sliceFromRight(1,3)}}", "x.--.a--.b-c"),
        ("x.{{sliceFromLeft(1,0)}}", "x.--a--b-c"),
        ("x.{{random(7)}}", "x.6"),
        ("x.{{random(0)}}", "x.0"),
        (
            "x.{{}}.$JS.a$1.{{wildcard(1)}}b",
            "x.{{}}.$JS.a$1.{{wildcard(1)}}b",
        ),
    ] {
        assert_eq!(apply("s.*", to, "s.--a--b-c").unwrap(), result, "{to}");
    }
}

#[test]
fn partitions_hash_the_named_tokens_or_the_whole_subject() {
    // FNV-1a of "ab" is 0x4d2505ca, of "s.a.b" by definition over its bytes.
    assert_eq!(
        apply("s.*.*", "{{partition(1000,1,2)}}", "s.a.b").unwrap(),
        (0x4d25_05ca_u32 % 1000).to_string()
    );
    let whole = apply("s.*.*", "{{partition(1000)}}", "s.a.b");
    assert_eq!(whole, apply("s.a.b", "{{partition(1000)}}", "s.a.b"));
    assert_eq!(
        apply("s.>", "{{partition(1)}}.>", "s.a.b").unwrap(),
        "0.a.b"
    );
}

#[test]
fn only_matching_literal_subjects_are_mapped() {
    assert_eq!(apply("a.*", "b", "a.*"), None);
    assert_eq!(apply("a.*", "b", "a."), None);
    assert_eq!(apply("a.>", "b.>", "a"), None);
    assert_eq!(apply(">", "x.>", "a.b").unwrap(), "x.a.b");
}

proptest! {
    #[test]
    fn never_panics(from in "[a*.>]{0,8}", to in "[a$1{}(),.>* splitfromLhwcdrné]{0,16}", subject in "[aé.]{0,8}") {
        for transform in [Transform::new(&from, &to), Transform::for_import(&from, &to)].into_iter().flatten() {
            transform.apply(&subject, |_| 0);
        }
    }

    #[test]
    fn cutting_keeps_the_bytes(token in "[a-zé]{1,8}", size in -2i64..12, name in "(split|slice)From(Left|Right)") {
        let mapped = apply("*", &format!("{{{{{name}(1,{size})}}}}"), &token).unwrap();
        if token.is_ascii() {
            prop_assert_eq!(mapped.replace('.', ""), token);
        }
    }

    #[test]
    fn an_import_can_be_turned_back(subject in "([ab]|\\*)(\\.([ab]|\\*)){0,3}", message in "[xy](\\.[xy]){0,3}") {
        let stars = crate::subject::star_count(&subject);
        let local: Vec<String> = (1..=stars).rev().map(|n| format!("${n}")).collect();
        let local = format!("l.{}", local.join(".")).trim_end_matches('.').to_owned();
        let transform = Transform::for_import(&subject, &local).unwrap();
        if let Some(mapped) = transform.apply(&message, |_| 0) {
            prop_assert_eq!(mapped.split('.').count(), stars + 1);
        }
    }
}
