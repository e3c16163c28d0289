//! The history of an operator, undo, and the trash.

use nsc_core::keys::KeyKind;
use nsc_store::history::{Entry, Subject, UndoError};
use nsc_store::{ChangeKind, ErrorKind, OperatorStore, StoreError, Transaction, Undone};

use crate::common::{
    NOW, World, account_seed, account_token, account_token_with, operator_seed, operator_token,
    seed, stage_user, user_seed, user_token,
};
use crate::recorded::{add_user, commit, delete_user, prepared, recording, undo};

fn entries(store: &OperatorStore) -> Vec<Entry> {
    let history = store.history(usize::MAX).unwrap();
    history
        .into_iter()
        .map(|logged| logged.entry.unwrap())
        .collect()
}

/// Everything in the side folders as text.
fn side_files(world: &World) -> String {
    let names = world.names().into_iter();
    let side = names.filter(|name| name.contains("/.nsc-rs/history/"));
    side.map(|name| std::fs::read_to_string(name).unwrap())
        .collect()
}

#[test]
fn each_commit_is_recorded_without_secrets() {
    let (world, store) = prepared();
    let line = format!("nsc add user -K {}", account_seed("A").expose().as_str());
    let options = recording(NOW + 5, &line);
    let mut tx = store.begin(&world.keystore(), &options).unwrap();
    add_user(&mut tx, "new");
    tx.put_account(&account_token_with("A", &operator_seed("O"), |a| {
        a.nats.tags.push("t".into());
    }))
    .unwrap();
    let _ = tx.commit().unwrap();
    commit(&world, &store, |tx| delete_user(tx, "new"));

    let all = entries(&store);
    let ids: Vec<u64> = all.iter().map(|entry| entry.id).collect();
    assert_eq!(ids, [3, 2, 1]);
    let second = &all[1];
    assert_eq!((second.created, second.replaced, second.removed), (3, 1, 0));
    assert_eq!(second.when, NOW + 5);
    assert_eq!(second.command, "nsc add user -K ***");
    assert_eq!(store.history(1).unwrap().len(), 1);

    let (_, files) = store.history_files(2).unwrap();
    let account = files
        .iter()
        .find(|file| matches!(&file.subject, Subject::Account { account } if account == "A"))
        .unwrap();
    assert_eq!(account.change(), ChangeKind::Replace);
    assert_eq!(
        account.token_before(),
        Some(account_token("A", &operator_seed("O")).as_str())
    );
    assert_eq!(
        account.token_after(),
        Some(store.account("A").unwrap().token.as_str())
    );

    let kept = side_files(&world);
    for secret in [account_seed("A"), user_seed("old"), user_seed("new")] {
        assert!(!kept.contains(secret.expose().as_str()));
    }
    assert!(kept.contains(&user_seed("new").public_key().to_text()));
}

#[test]
fn nothing_is_recorded_for_nothing_or_when_it_is_off() {
    let (world, store) = prepared();
    commit(&world, &store, |tx| {
        tx.put_account(&account_token("A", &operator_seed("O")))
            .map(drop)
            .unwrap()
    });
    world.user(&store, "A", "quiet");
    let mut options = recording(NOW, "nsc");
    options.dry_run = true;
    let mut tx = store.begin(&world.keystore(), &options).unwrap();
    add_user(&mut tx, "dry");
    let _ = tx.commit().unwrap();
    assert_eq!(entries(&store).len(), 1);
}

#[test]
fn an_undone_commit_leaves_the_files_as_they_were() {
    type Stage = fn(&mut Transaction<'_>);
    let changes: [Stage; 5] = [
        |tx| add_user(tx, "new"),
        |tx| delete_user(tx, "old"),
        |tx| {
            let token =
                account_token_with("A", &operator_seed("O"), |a| a.nats.tags.push("t".into()));
            tx.put_account(&token).map(drop).unwrap();
            delete_user(tx, "old");
            add_user(tx, "new");
        },
        |tx| {
            delete_user(tx, "old");
            tx.remove_account("A").unwrap();
            assert!(tx.remove_key(&account_seed("A").public_key()).unwrap());
        },
        |tx| {
            tx.put_key(&account_seed("B")).unwrap();
            tx.add_account(&account_token("B", &operator_seed("O")))
                .map(drop)
                .unwrap();
        },
    ];
    for (n, change) in changes.into_iter().enumerate() {
        let (world, store) = prepared();
        let before = world.files();
        commit(&world, &store, change);
        let after = world.files();
        assert_ne!(before, after, "{n}");
        let undone = undo(&world, &store, None).unwrap();
        assert_eq!(undone.entry.id, 2);
        assert!(undone.missing_keys.is_empty() && undone.missing_files.is_empty());
        assert_eq!(world.files(), before, "{n}");
        assert!(
            !store
                .removed_accounts()
                .unwrap()
                .contains(&account_seed("A").public_key().to_text())
        );
        assert_eq!(entries(&store)[0].undoes, Some(2));
        // An undo is a commit like any other.
        undo(&world, &store, None).unwrap();
        assert_eq!(world.files(), after, "{n}");
        undo(&world, &store, Some(4)).unwrap();
        assert_eq!(world.files(), before, "{n}");
    }
}

fn refusal(result: Result<Undone, StoreError>) -> UndoError {
    match result.unwrap_err() {
        StoreError::Undo { source, .. } => source,
        other => panic!("{other}"),
    }
}

#[test]
fn later_changes_are_not_lost() {
    let (world, store) = prepared();
    let edit = |tag: &'static str| {
        move |tx: &mut Transaction<'_>| {
            let edit = |a: &mut nsc_core::claims::AccountClaims| a.nats.tags.push(tag.into());
            tx.put_account(&account_token_with("A", &operator_seed("O"), edit))
                .map(drop)
                .unwrap();
        }
    };
    commit(&world, &store, edit("one"));
    commit(&world, &store, edit("two"));
    let before = world.files();
    let error = undo(&world, &store, Some(2)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Exists);
    let path = store.account_path("A");
    assert_eq!(refusal(Err(error)), UndoError::Changed { path });
    assert_eq!(world.files(), before);
    undo(&world, &store, Some(3)).unwrap();
    undo(&world, &store, Some(2)).unwrap();
    assert!(store.account("A").unwrap().claims.nats.tags.is_empty());
    assert_eq!(
        undo(&world, &store, Some(99)).unwrap_err().kind(),
        ErrorKind::NotFound
    );
}

#[test]
fn nobody_is_left_without_an_issuer() {
    let (world, store) = prepared();
    let role = seed(KeyKind::Account, "role");
    let signing = seed(KeyKind::Operator, "signing");
    // 2: a signing key; 3: a user by it; 4: an account; 5: its user; 6: an operator key; 7: an account by it.
    commit(&world, &store, |tx| {
        tx.put_key(&role).unwrap();
        let edit = |a: &mut nsc_core::claims::AccountClaims| {
            a.nats.signing_keys.add(&role.public_key().to_text());
        };
        tx.put_account(&account_token_with("A", &operator_seed("O"), edit))
            .map(drop)
            .unwrap();
    });
    commit(&world, &store, |tx| {
        let account = tx.account("A").unwrap();
        let token = user_token("by role", &role, |u| {
            u.nats.issuer_account = account.claims.sub.clone();
        });
        tx.add_user(&account, &token).map(drop).unwrap();
    });
    commit(&world, &store, |tx| {
        tx.put_key(&account_seed("B")).unwrap();
        tx.add_account(&account_token("B", &operator_seed("O")))
            .map(drop)
            .unwrap();
    });
    commit(&world, &store, |tx| stage_user(tx, "B", "of B"));
    commit(&world, &store, |tx| {
        let edit = |o: &mut nsc_core::claims::OperatorClaims| {
            o.nats.signing_keys.push(signing.public_key().to_text());
        };
        tx.put_operator(&operator_token("O", &operator_seed("O"), edit))
            .map(drop)
            .unwrap();
    });
    commit(&world, &store, |tx| {
        tx.add_account(&account_token("C", &signing))
            .map(drop)
            .unwrap();
    });
    let orphan = |account: &str, user: &str, missing| UndoError::OrphanedUser {
        account: account.to_owned(),
        user: user.to_owned(),
        missing,
    };
    let before = world.files();
    assert_eq!(
        refusal(undo(&world, &store, Some(2))),
        orphan("A", "by role", "account key that signed it")
    );
    assert_eq!(
        refusal(undo(&world, &store, Some(4))),
        orphan("B", "of B", "account")
    );
    let account = "C".to_owned();
    assert_eq!(
        refusal(undo(&world, &store, Some(6))),
        UndoError::OrphanedAccount { account }
    );
    assert_eq!(world.files(), before);

    // A user does not come back into an account that is gone, or that has lost its key.
    commit(&world, &store, |tx| tx.remove_user("A", "by role").unwrap());
    undo(&world, &store, Some(2)).unwrap();
    assert_eq!(
        refusal(undo(&world, &store, Some(8))),
        orphan("A", "by role", "account key that signed it")
    );
    for id in [7, 6, 5, 4] {
        undo(&world, &store, Some(id)).unwrap();
    }
    assert_eq!(store.accounts().unwrap(), ["A"]);
    assert_eq!(
        refusal(undo(&world, &store, Some(5))),
        UndoError::Changed {
            path: store.user_path("B", "of B")
        }
    );
}

#[test]
fn what_made_the_operator_stays() {
    let world = World::new();
    let info = nsc_store::StoreInfo {
        managed: false,
        name: "O".to_owned(),
    };
    let options = recording(NOW, "nsc add operator O");
    let mut tx =
        Transaction::create_operator(&world.root(), info, &world.keystore(), &options).unwrap();
    tx.put_key(&operator_seed("O")).unwrap();
    tx.put_operator(&operator_token("O", &operator_seed("O"), |_| {}))
        .unwrap();
    let _ = tx.commit().unwrap();
    let store = OperatorStore::open(&world.root(), "O").unwrap();
    assert!(entries(&store)[0].founding);
    let error = undo(&world, &store, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(refusal(Err(error)), UndoError::Founding);

    let empty = world.operator("P");
    assert!(matches!(
        undo(&world, &empty, None).unwrap_err(),
        StoreError::NothingToUndo
    ));
}

#[test]
fn a_damaged_record_is_named_and_stops_nothing_else() {
    let (world, store) = prepared();
    let path = store.dir().join(".nsc-rs/history/00000001");
    for junk in [
        "",
        "junk",
        "{}\n{\"file\":\"account\",\"account\":\"../../x\",\"before\":{\"text\":\"x\"}}\n",
    ] {
        std::fs::write(&path, junk).unwrap();
        let before = world.files();
        let error = undo(&world, &store, None).unwrap_err();
        assert!(
            matches!(&error, StoreError::Syntax { path: p, .. } if *p == path),
            "{error}"
        );
        assert_eq!(world.files(), before);
    }
    std::fs::write(&path, "junk").unwrap();
    commit(&world, &store, |tx| add_user(tx, "new"));
    let history = store.history(10).unwrap();
    assert!(history[0].entry.is_ok() && history[1].entry.is_err());
    undo(&world, &store, None).unwrap();
}

#[test]
fn creds_that_were_taken_away_stop_no_undo() {
    let (world, store) = prepared();
    commit(&world, &store, |tx| add_user(tx, "new"));
    std::fs::remove_file(world.keystore().creds_path("O", "A", "new")).unwrap();
    undo(&world, &store, None).unwrap();
    assert_eq!(store.users("A").unwrap(), ["old"]);
}

#[test]
fn old_records_go() {
    let (world, store) = prepared();
    let dir = store.dir().join(".nsc-rs/history");
    // As if there had been very many.
    let sample = std::fs::read(dir.join("00000001")).unwrap();
    for id in 2..=1087 {
        std::fs::write(dir.join(format!("{id:08}")), &sample).unwrap();
    }
    commit(&world, &store, |tx| add_user(tx, "new"));
    let ids: Vec<u64> = entries(&store).iter().map(|entry| entry.id).collect();
    assert_eq!((ids.len(), ids[0], ids[999]), (1000, 1088, 89));

    // One large record makes room at once, but stays itself.
    for id in 1089..1093 {
        std::fs::write(dir.join(format!("{id:08}")), vec![b' '; 9 << 20]).unwrap();
    }
    commit(&world, &store, |tx| {
        for name in ["A", "B"] {
            let big = "x".repeat(700 << 10);
            let edit = |a: &mut nsc_core::claims::AccountClaims| a.nats.description = big;
            tx.put_account(&account_token_with(name, &operator_seed("O"), edit))
                .map(drop)
                .unwrap();
        }
    });
    let ids: Vec<u64> = store
        .history(9)
        .unwrap()
        .iter()
        .map(|logged| logged.id)
        .collect();
    assert_eq!(ids, [1093, 1092, 1091, 1090]);
}
