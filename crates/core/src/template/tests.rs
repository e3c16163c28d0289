use super::*;
use proptest::prelude::*;
fn allow(entries: &[&str], name: &str, tags: &[&str]) -> Result<Vec<String>, &'static str> {
    let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
    let context = TemplateContext {
        user_name: name,
        user_subject: "U1",
        user_tags: &tags,
        account_name: "acc",
        account_subject: "A1",
        account_tags: &[],
    };
    let sub_allow = entries.iter().map(|entry| (*entry).to_owned()).collect();
    let lists = TemplateLists {
        sub_allow,
        ..TemplateLists::default()
    };
    match expand(&lists, &context) {
        Ok(lists) if lists.sub_allow.is_empty() => Ok(lists.sub_deny),
        Ok(lists) => Ok(lists.sub_allow),
        Err(error) => Err(error.keyword()),
    }
}

#[test]
fn markers_and_literals() {
    assert_eq!(
        allow(&["{{ Account-Subject() }}.{{SUBJECT()}}"], "n", &[]).unwrap(),
        ["A1.U1"]
    );
    assert_eq!(
        allow(&["{{name()}}.{{}}.{x}.}}.{{"], "n", &[]).unwrap(),
        ["n.{{}}.{x}.}}.{{"]
    );
    assert_eq!(allow(&["a{b}}.{{name()}}"], "n", &[]).unwrap(), ["a{b}}.n"]);
    for marker in [
        "name(x)", "tag(a", "tag", " ", "name()x", "left(1)", "{name()", "(a)",
    ] {
        let entry = format!("x.{{{{{marker}}}}}");
        assert_eq!(
            allow(&[&entry], "n", &[]),
            Err("unknown_function"),
            "{entry}"
        );
    }
}

#[test]
fn a_list_without_markers_is_not_even_checked() {
    assert_eq!(
        allow(&["a..b", " ", "c q"], "n", &[]).unwrap(),
        ["a..b", " ", "c q"]
    );
    assert_eq!(
        allow(&["a..b", "c q", "{{name()}}"], "n", &[]).unwrap(),
        ["n"]
    );
}

#[test]
fn unknown_functions_win_over_missing_tags_in_allow_lists() {
    assert_eq!(
        allow(&["{{tag(none)}}.{{nope()}}"], "n", &[]),
        Err("unknown_function")
    );
    assert_eq!(
        allow(&["{{tag(none)}}", "{{nope()}}"], "n", &[]),
        Err("unknown_function")
    );
}

#[test]
fn tag_names_are_not_trimmed_and_values_keep_their_case() {
    assert_eq!(allow(&["{{tag( a)}}"], "n", &["a:1"]).unwrap(), [">"]);
    assert_eq!(
        allow(&["{{tag(A)}}"], "n", &["a:V", "ab:2", "a:"]).unwrap(),
        ["V"]
    );
    assert_eq!(allow(&["x_{{tag(a)}}"], "n", &["a:"]).unwrap(), ["x_"]);
    assert_eq!(allow(&["{{TAG(a)}}"], "n", &["a:1"]).unwrap(), [">"]);
}

#[test]
fn a_tag_used_twice_gives_all_pairs_with_the_first_value() {
    let found = allow(&["{{tag(a)}}.{{tag(a)}}"], "n", &["a:1", "a:2"]).unwrap();
    assert_eq!(found, ["1.1", "1.1", "2.2", "2.2"]);
    let found = allow(&["{{tag(a)}}.{{ tag(a) }}"], "n", &["a:1", "a:2"]).unwrap();
    assert_eq!(found, ["1.1", "1.2", "2.1", "2.2"]);
}

#[test]
fn values_are_not_expanded_again() {
    assert_eq!(
        allow(&["x.{{name()}}"], "{{nope()}}", &[]).unwrap(),
        ["x.{{nope()}}"]
    );
}

#[test]
fn entries_after_a_full_list_need_tags_to_be_too_many() {
    let tags: Vec<String> = (0..64).map(|n| format!("a:{n}")).collect();
    let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    assert_eq!(
        allow(&["{{tag(a)}}.{{ tag(a)}}", "y"], "n", &tags)
            .unwrap()
            .len(),
        4097
    );
    let many = "{{tag(a)}}".repeat(60);
    assert_eq!(allow(&[&many], "n", &tags), Err("too_many"));
}

#[test]
fn problems_of_templates() {
    let list = |entries: &[&str]| -> Vec<String> {
        problems(
            &entries
                .iter()
                .map(|entry| (*entry).to_owned())
                .collect::<Vec<_>>(),
        )
        .iter()
        .map(ToString::to_string)
        .collect()
    };
    assert_eq!(list(&["a q", "b.>", "x.{{}}"]), [""; 0]);
    assert_eq!(list(&["a.{{name()}}", "{{tag(x y)}}.>"]), [""; 0]);
    assert_eq!(
        list(&["a.{{nope()}}"]),
        ["`{{nope()}}` in `a.{{nope()}}` is no function that servers know in a template"]
    );
    assert!(list(&["{{Tag(x)}}"])[0].contains("lower case"));
    assert!(list(&["a q", "{{name()}}"])[0].contains("queue"));
    assert!(list(&[">.{{name()}}"])[0].contains("no valid subject"));
    assert!(list(&["a b c"])[0].contains("no valid subject"));
}

proptest! {
    #[test]
    fn never_panics(entry in "([a{}.]|name\\(\\)|tag\\(a\\)|\\{\\{tag\\(b\\)\\}\\}){0,8}", name in "\\PC{0,4}") {
        let _ = allow(&[&entry], &name, &["a:1", "b:1", "b:2"]);
        problems(std::slice::from_ref(&entry));
        let glued: String = marker::pieces(&entry)
            .map(|piece| { let (Piece::Text(text) | Piece::Marker(text)) = piece; text })
            .collect();
        prop_assert_eq!(glued, entry);
    }
}
