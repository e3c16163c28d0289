//! Operator, accounts and users as boxes: each column signs the next one.

use super::{Drawing, ObjectOptions, Rows};
use crate::diagram::Scene;
use crate::diagram::sheet::{Card, Link, Port, Sheet};

/// Lays out the objects.
pub(in crate::diagram) fn object_sheet(scene: &Scene<'_>, options: ObjectOptions<'_>) -> Sheet {
    let drawing = Drawing {
        scene,
        options,
        lines: Vec::new(),
    };
    let operator = scene.operator;
    let mut sheet = Sheet::new(
        scene,
        "Objects",
        3,
        "arrows lead from who signed to what was signed",
    );
    let keys: Vec<&str> = operator
        .nats
        .signing_keys
        .iter()
        .map(String::as_str)
        .collect();
    let rows = drawing.operator_rows(operator);
    let top = sheet.add(
        0,
        drawing.card(&operator.sub, "operator", &operator.name, rows, &keys),
    );
    for account in scene.accounts {
        let claims = &account.claims;
        let keys: Vec<&str> = claims.nats.signing_keys.keys().collect();
        let (sort, rows) = (drawing.account_sort(claims), drawing.account_rows(claims));
        let place = sheet.add(
            1,
            drawing.card(&claims.sub, sort, &claims.name, rows, &keys),
        );
        if operator.account_signers().any(|key| key == claims.iss) {
            sheet.link(signed(top, place));
        }
        for user in &account.users {
            let mut rows = drawing.user_rows(user);
            rows.lines.extend(
                drawing
                    .permission_rows(&user.nats.limits.permissions)
                    .map(|rows| rows.lines)
                    .unwrap_or_default(),
            );
            let below = sheet.add(2, drawing.card(&user.sub, "user", &user.name, rows, &[]));
            if claims.did_issue(&user.iss, Some(&user.nats.issuer_account)) {
                sheet.link(signed(place, below));
            }
        }
    }
    sheet
}

fn signed(from: Port, to: Port) -> Link {
    Link {
        from,
        to,
        label: "signed".to_owned(),
        bad: false,
    }
}

impl Drawing<'_> {
    fn card(&self, id: &str, kind: &'static str, title: &str, rows: Rows, keys: &[&str]) -> Card {
        let mut card = Card::new(id, kind, title);
        for line in &rows.lines {
            // Marks of the other language.
            card.row(line.trim().trim_matches('"'));
        }
        if !keys.is_empty() {
            card.row(&format!("{} signing keys", keys.len()));
        }
        for key in keys.iter().filter(|_| self.options.show_keys) {
            let stored = (self.options.is_stored)(key);
            card.row(&format!("{key} => {stored}"));
        }
        card
    }
}
