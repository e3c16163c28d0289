//! "Did you mean": the known name that is nearest to what was typed.

/// The known name that somebody may have meant; the first of equally near ones.
///
/// Names that differ in a third of their letters at most are near, and those that begin with what was typed.
pub fn nearest<S: AsRef<str>>(typed: &str, known: impl IntoIterator<Item = S>) -> Option<String> {
    nearest_within(MOST, typed, known)
}

/// As [`nearest`], but for names in which so many letters differ at most.
pub fn nearest_within<S: AsRef<str>>(
    most: usize,
    typed: &str,
    known: impl IntoIterator<Item = S>,
) -> Option<String> {
    let wanted = typed.to_lowercase();
    let length = wanted.chars().count();
    let mut best: Option<(usize, S)> = None;
    for name in known {
        let limit = best.as_ref().map_or(most + 1, |(distance, _)| *distance);
        if name.as_ref() != typed
            && let Some(distance) = distance(&wanted, length, name.as_ref())
            && distance < limit
        {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name.as_ref().to_owned())
}

/// A question that ends an error.
pub fn question<S: AsRef<str>>(typed: &str, known: impl IntoIterator<Item = S>) -> Option<String> {
    nearest(typed, known).map(|name| format!("{BEGINNING} `{name}`?"))
}

/// How all such questions begin.
pub const BEGINNING: &str = "did you mean";

/// How far a name is from the typed one, if it is near.
fn distance(wanted: &str, length: usize, name: &str) -> Option<usize> {
    let other = name.to_lowercase();
    let other_length = other.chars().count();
    let allowed = (length.max(other_length) / 3).min(MOST);
    if length > 1 && other.starts_with(wanted) {
        return Some(allowed.max(1).min(other_length - length));
    }
    // Of many names, most are told apart by their lengths.
    if length.abs_diff(other_length) > allowed {
        return None;
    }
    Some(strsim::osa_distance(wanted, &other)).filter(|distance| *distance <= allowed)
}

/// So many letters may differ at most.
const MOST: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found() {
        let known = ["ORDERS", "BILLING", "a", "bob", "orders-old", "東京"];
        for (typed, found) in [
            ("ORDRES", Some("ORDERS")),
            ("orders", Some("ORDERS")),
            ("Biling", Some("BILLING")),
            ("BILL", Some("BILLING")),
            ("bo", Some("bob")),
            ("bbo", Some("bob")),
            ("b", None),
            ("x", None),
            ("SHIPPING", None),
            ("orders-odl", Some("orders-old")),
            ("東", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, known).as_deref(), found, "{typed}");
        }
        assert_eq!(nearest("ORDERS", ["ORDERS"]), None);
        assert_eq!(
            question("ORDRES", known).as_deref(),
            Some("did you mean `ORDERS`?")
        );
    }

    #[test]
    fn the_nearest_wins() {
        let known = ["orders2", "orders", "ORDER"];
        assert_eq!(nearest("order", known).as_deref(), Some("ORDER"));
        assert_eq!(
            nearest("ordrs", ["orders-x", "orders"]).as_deref(),
            Some("orders")
        );
    }
}
