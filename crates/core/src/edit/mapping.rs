//! Subject mappings: where messages published on a subject go instead.

use thiserror::Error;

use crate::claims::{AccountClaims, WeightedMapping};
use crate::edit::Change;
use crate::mapping::{MappingError, Transform};

/// A target to be added to the mapping of a subject, or to be given another weight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewMapping {
    /// Subject that is mapped.
    pub from: String,
    /// Subject it is mapped to.
    pub to: String,
    /// Percent of the messages; 0 stands for 100 and is not written.
    pub weight: u8,
    /// Cluster in which the target counts; empty is everywhere.
    pub cluster: String,
}

/// Why a target cannot be added.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum MappingEditError {
    /// A reference of the target names a `*` that the mapped subject does not have.
    #[error("cannot map `{from}` to `{to}`")]
    Reference {
        /// The mapped subject.
        from: String,
        /// The target.
        to: String,
        /// Which reference.
        source: MappingError,
    },
}

impl NewMapping {
    /// Adds the target at the end, or puts it in the place of the one with the same subject and cluster.
    ///
    /// # Errors
    /// [`MappingEditError`]; the claims are unchanged then. Subjects and sums of weights are judged
    /// with the whole claims.
    pub fn apply(&self, claims: &mut AccountClaims) -> Result<Change, MappingEditError> {
        if let Err(source @ MappingError::Index { .. }) = Transform::new(&self.from, &self.to) {
            return Err(MappingEditError::Reference {
                from: self.from.clone(),
                to: self.to.clone(),
                source,
            });
        }
        let entry = claims.nats.mappings.entry(self.from.clone());
        let targets = entry.or_default().get_or_insert_default();
        let same = |target: &&mut WeightedMapping| is_target(target, &self.to, &self.cluster);
        Ok(match targets.iter_mut().find(same) {
            Some(target) => {
                let was = target.effective_weight();
                target.weight = self.weight;
                Change::set("weight", self.describe()).from(format!("{was}%"))
            }
            None => {
                targets.push(WeightedMapping {
                    subject: self.to.clone(),
                    weight: self.weight,
                    cluster: self.cluster.clone(),
                    ..WeightedMapping::default()
                });
                Change::added("mapping", self.describe())
            }
        })
    }

    /// `from -> to`, with what else says where and how much.
    fn describe(&self) -> String {
        let weight = if self.weight == 0 { 100 } else { self.weight };
        let at = match self.cluster.as_str() {
            "" => String::new(),
            cluster => format!(" in cluster {cluster}"),
        };
        format!("{} -> {} ({weight}%){at}", self.from, self.to)
    }
}

/// Which targets of a mapping go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MappingRemoval {
    /// Subject that is mapped.
    pub from: String,
    /// The target; all of them when absent.
    pub to: Option<String>,
    /// The cluster. With a target: absent means the one without cluster; else: those of every cluster.
    pub cluster: Option<String>,
}

impl MappingRemoval {
    /// Removes the targets, and the mapping when none is left. Nothing to remove is no error.
    pub fn apply(&self, claims: &mut AccountClaims) -> Vec<Change> {
        let cluster = self.cluster.as_deref();
        let goes = |target: &WeightedMapping| match (&self.to, cluster) {
            (Some(to), cluster) => is_target(target, to, cluster.unwrap_or_default()),
            (None, Some(cluster)) => target.cluster == cluster,
            (None, None) => true,
        };
        let mappings = &mut claims.nats.mappings;
        let Some(entry) = mappings.get_mut(&self.from) else {
            return Vec::new();
        };
        let targets = entry.get_or_insert_default();
        let (gone, kept): (Vec<_>, Vec<_>) = std::mem::take(targets).into_iter().partition(goes);
        *targets = kept;
        if targets.is_empty() {
            mappings.remove(&self.from);
        }
        let line = |target: WeightedMapping| {
            let gone = NewMapping {
                from: self.from.clone(),
                weight: target.effective_weight(),
                to: target.subject,
                cluster: target.cluster,
            };
            Change::removed("mapping", gone.describe())
        };
        gone.into_iter().map(line).collect()
    }
}

fn is_target(target: &WeightedMapping, subject: &str, cluster: &str) -> bool {
    target.subject == subject && target.cluster == cluster
}
