//! Diagrams of an operator, in the languages of PlantUML and Mermaid, or as SVG pictures.
//!
//! | function | what it draws |
//! |---|---|
//! | [`component_diagram`] | accounts with what they export to and import from each other |
//! | [`object_diagram`] | operator, accounts and users with their attributes, keys and issuers |

mod component;
mod lines;
mod object;
mod sheet;

pub use component::ComponentOptions;
pub use object::ObjectOptions;

use crate::claims::{AccountClaims, OperatorClaims, UserClaims};
use crate::time::UnixTime;

/// The form of a diagram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DiagramFormat {
    /// The language of PlantUML.
    #[default]
    Plantuml,
    /// The language of Mermaid.
    Mermaid,
    /// A picture.
    Svg,
}

/// Draws who exports what, and who imports it. Accounts that do neither are left out.
pub fn component_diagram(
    scene: &Scene<'_>,
    options: ComponentOptions,
    format: DiagramFormat,
) -> String {
    match format {
        DiagramFormat::Plantuml => component::component_diagram(scene, options),
        DiagramFormat::Mermaid => component::component_sheet(scene, options).mermaid(),
        DiagramFormat::Svg => component::component_sheet(scene, options).svg(),
    }
}

/// Draws operator, accounts and their users, and who signed whom.
pub fn object_diagram(
    scene: &Scene<'_>,
    options: ObjectOptions<'_>,
    format: DiagramFormat,
) -> String {
    match format {
        DiagramFormat::Plantuml => object::object_diagram(scene, options),
        DiagramFormat::Mermaid => object::object_sheet(scene, options).mermaid(),
        DiagramFormat::Svg => object::object_sheet(scene, options).svg(),
    }
}

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The operator.
    pub operator: &'a OperatorClaims,
    /// Its accounts, in the order in which they are drawn.
    pub accounts: &'a [AccountScene],
    /// Where this was found, for the footer.
    pub place: &'a str,
    /// When, for the footer and for findings about time.
    pub at: UnixTime,
}

/// An account with its users.
#[derive(Clone, Debug)]
pub struct AccountScene {
    /// The account.
    pub claims: AccountClaims,
    /// Its users; empty where they are not drawn.
    pub users: Vec<UserClaims>,
}

#[cfg(test)]
mod tests;
