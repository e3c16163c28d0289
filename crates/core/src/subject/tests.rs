use super::*;
use proptest::prelude::*;
#[test]
fn white_space_and_inner_tails_are_refused_by_the_server() {
    for subject in [
        "", ".", "a..b", "a\tb", "a.\n", "a\x0cb", "a\r", ">.a", "a.>.b",
    ] {
        assert!(!is_server_valid(subject), "{subject:?}");
    }
    for subject in ["a", ">", "a.>", "*.*", "a.b>", ">>", "a\u{a0}b"] {
        assert!(is_server_valid(subject), "{subject:?}");
    }
    assert!(is_server_publishable("a.b>") && !is_server_publishable("a.*"));
}

#[test]
fn an_open_end_is_not_contained_in_a_single_wildcard() {
    assert!(!is_contained("foo.>", "foo.*"));
    assert!(!is_contained(">", "*"));
    assert!(is_contained(">", ">"));
}

#[test]
fn references_are_whole_tokens_with_integers() {
    assert_eq!(local_as_subject("$JS.$2.x$1.$+1.$"), "$JS.*.x$1.*.$");
    assert_eq!(local_problems("$0", "*"), []);
    assert_eq!(local_problems("x.$1.$1", "*.*"), []);
    let empty = LocalProblem::Subject(SubjectProblem::Empty);
    assert_eq!(local_problems("", ""), [empty]);
    assert_eq!(
        local_problems("", "a.*"),
        [empty, LocalProblem::WildcardCount]
    );
}

#[test]
fn equal_subjects_overlap_once() {
    assert_eq!(overlaps(&["a", "a", "b"]), [0]);
    assert_eq!(overlaps(&["a.b", "a.*", "a.>"]), [1, 2]);
    assert_eq!(overlaps(&[]), [0; 0]);
}

/// Matching written the plain way, to compare the rules with.
fn matches(literal: &[&str], pattern: &[&str]) -> bool {
    match (literal, pattern) {
        ([], []) => true,
        ([_, ..], [">"]) => true,
        ([a, a_rest @ ..], [b, b_rest @ ..]) => (a == b || *b == "*") && matches(a_rest, b_rest),
        _ => false,
    }
}

fn all_of_length(tokens: &[&'static str], length: usize) -> Vec<Vec<&'static str>> {
    if length == 0 {
        return vec![vec![]];
    }
    let shorter = all_of_length(tokens, length - 1);
    let grow = |head: &Vec<&'static str>| -> Vec<Vec<&'static str>> {
        tokens
            .iter()
            .map(|token| [head.as_slice(), &[token]].concat())
            .collect()
    };
    shorter.iter().flat_map(grow).collect()
}

#[test]
fn covering_and_colliding_agree_with_matching() {
    let patterns: Vec<Vec<&str>> = (1..=3)
        .flat_map(|length| all_of_length(&["a", "b", "*", ">"], length))
        .filter(|pattern| is_server_valid(&pattern.join(".")))
        .collect();
    // One token more than the patterns know, and one place more than they have.
    let literals: Vec<Vec<&str>> = (1..=4)
        .flat_map(|length| all_of_length(&["a", "b", "c"], length))
        .collect();
    let matched: Vec<Vec<bool>> = patterns
        .iter()
        .map(|pattern| {
            literals
                .iter()
                .map(|literal| matches(literal, pattern))
                .collect()
        })
        .collect();
    for (a, a_matched) in patterns.iter().zip(&matched) {
        for (b, b_matched) in patterns.iter().zip(&matched) {
            let (a, b) = (a.join("."), b.join("."));
            let mut both = a_matched.iter().zip(b_matched);
            let covered = both.clone().all(|(a, b)| !a || *b);
            assert_eq!(is_subset(&a, &b), covered, "{a} subset of {b}");
            assert_eq!(is_contained(&a, &b), covered, "{a} contained in {b}");
            assert_eq!(collide(&a, &b), both.any(|(a, b)| *a && *b), "{a} and {b}");
        }
    }
}

proptest! {
    #[test]
    fn nothing_panics(a in "[a*>.$1 ]{0,12}", b in "\\PC{0,12}") {
        for (a, b) in [(&a, &b), (&b, &a), (&a, &a)] {
            problems(a);
            has_wildcards(a);
            is_server_publishable(a);
            is_contained(a, b);
            is_subset(a, b);
            local_problems(a, b);
            local_as_subject(a);
            overlaps(&[a, b]);
            prop_assert_eq!(collide(a, b), collide(b, a));
        }
    }

    #[test]
    fn a_local_subject_loses_its_references(local in "(\\$?[0-9a*]{0,2}\\.){0,4}[a-z]") {
        let plain = local_as_subject(&local);
        prop_assert_eq!(local_as_subject(&plain), plain.clone());
        prop_assert_eq!(plain.split('.').count(), local.split('.').count());
    }
}
