//! What every command tells, for the schemas.

use super::{
    add, batch, completion, delete, describe, edit, env, expirations, export, fix, generate,
    import, init, keys, list, load, log, migrate, pull, push, reissue, rename, revocations, select,
    status, tool, trash, undo, update, upgrade_jwt, validate, watch,
};
use crate::schema::CommandResults;

/// Every command with the types of its results.
pub(crate) fn results() -> Vec<CommandResults> {
    let mut all = vec![
        CommandResults::of::<batch::Lines>("batch"),
        CommandResults::of::<completion::Script>("completion"),
        CommandResults::of::<env::Surroundings>("env"),
        CommandResults::of::<expirations::Expiries>("expirations"),
        CommandResults::of::<fix::Fixed>("fix"),
        CommandResults::of::<init::Initialized>("init"),
        CommandResults::of::<load::Loaded>("load"),
        CommandResults::of::<log::Commits>("log").or::<log::Details>(),
        CommandResults::of::<migrate::Migrated>("migrate"),
        CommandResults::of::<pull::Pulled>("pull"),
        CommandResults::of::<push::Pushed>("push"),
        CommandResults::of::<status::Found>("status"),
        CommandResults::of::<undo::UndoneCommit>("undo"),
        CommandResults::of::<update::Updated>("update"),
        CommandResults::of::<upgrade_jwt::Upgraded>("upgrade-jwt"),
        CommandResults::of::<validate::Judged>("validate"),
        CommandResults::of::<watch::Announced>("watch"),
    ];
    let groups = [
        add::results(),
        delete::results(),
        describe::results(),
        edit::results(),
        export::results(),
        generate::results(),
        import::results(),
        keys::results(),
        list::results(),
        reissue::results(),
        rename::results(),
        revocations::results(),
        select::results(),
        tool::results(),
        trash::results(),
    ];
    all.extend(groups.into_iter().flatten());
    all
}
