//! The keys that an operator, its accounts and their users refer to, and those that nothing refers to.

mod selection;
mod walk;

pub(crate) use selection::Selection;
pub(crate) use walk::Reference;
