//! Objects that keep the members they do not know, each at its place.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde_json::value::RawValue;

/// Members of an object that this version has no field for, each at its place.
///
/// They come from newer servers and tools; reading, editing and writing a token leaves them as
/// they are, to the letter.
#[derive(Clone, Debug, Default)]
pub struct Unknown(Vec<UnknownMember>);

#[derive(Clone, Debug)]
struct UnknownMember {
    /// How many of the known members of the format stand before it.
    slot: usize,
    name: String,
    value: Box<RawValue>,
}

impl Unknown {
    /// The names of the members, in the order read.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|member| member.name.as_str())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets them all.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl PartialEq for Unknown {
    fn eq(&self, other: &Self) -> bool {
        let parts = |member: &UnknownMember| {
            (
                member.slot,
                member.name.clone(),
                member.value.get().to_owned(),
            )
        };
        self.0.iter().map(parts).eq(other.0.iter().map(parts))
    }
}

impl Eq for Unknown {}

/// An object of the format: named members in a fixed order.
///
/// Members are counted through the parts that an object is made of, so that a part (such as the
/// JetStream limits) can stand alone in one place and be spread into a larger object in another.
pub(crate) trait Members {
    /// How many members the object has, those of its parts included.
    const COUNT: usize;
    /// The place of the member with exactly this name.
    fn find(name: &str) -> Option<usize>;
    /// The place of the member whose name differs in letter case only.
    fn find_ignoring_case(name: &str) -> Option<usize>;
    /// Reads the member at `index`; `null` leaves it as it is.
    fn read<'de, A: MapAccess<'de>>(&mut self, index: usize, map: &mut A) -> Result<(), A::Error>;
    /// Writes the member at `index` unless it is left out.
    fn write<M: SerializeMap>(&self, index: usize, map: &mut M) -> Result<(), M::Error>;
}

/// A value in which objects with unknown members may be found.
pub trait Walk {
    /// Shows `visit` the unknown members of every object in the value.
    fn walk_unknown(&mut self, _visit: &mut dyn FnMut(&mut Unknown)) {}

    /// Adds the paths of the members that the type has, below `path`; a plain value is itself one.
    fn member_paths(path: &str, found: &mut Vec<String>)
    where
        Self: Sized,
    {
        found.push(path.to_owned());
    }
}

macro_rules! nothing_to_walk {
    ($($ty:ty),*) => {
        $(impl Walk for $ty {})*
    };
}

nothing_to_walk!(String, i64, u64, u8, bool);

impl<T: Walk> Walk for Option<T> {
    fn member_paths(path: &str, found: &mut Vec<String>) {
        T::member_paths(path, found);
    }

    fn walk_unknown(&mut self, visit: &mut dyn FnMut(&mut Unknown)) {
        self.iter_mut().for_each(|value| value.walk_unknown(visit));
    }
}

impl<T: Walk> Walk for Vec<T> {
    fn member_paths(path: &str, found: &mut Vec<String>) {
        T::member_paths(path, found);
    }

    fn walk_unknown(&mut self, visit: &mut dyn FnMut(&mut Unknown)) {
        self.iter_mut().for_each(|value| value.walk_unknown(visit));
    }
}

impl<T: Walk> Walk for std::collections::BTreeMap<String, T> {
    fn member_paths(path: &str, found: &mut Vec<String>) {
        T::member_paths(path, found);
    }

    fn walk_unknown(&mut self, visit: &mut dyn FnMut(&mut Unknown)) {
        self.values_mut()
            .for_each(|value| value.walk_unknown(visit));
    }
}

/// A value that knows when it is left out of the text.
pub(crate) trait Unset {
    fn is_unset(&self) -> bool;
}

/// Reads an object into `value`, whose members stay as they are where the text has none.
pub(crate) struct ObjectVisitor<T>(pub(crate) T);

impl<'de, T: Members + HasUnknown> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut value = self.0;
        let mut slot = 0;
        while let Some(Name(name)) = map.next_key::<Name<'de>>()? {
            match T::find(&name).or_else(|| T::find_ignoring_case(&name)) {
                Some(index) => {
                    value.read(index, &mut map)?;
                    slot = index + 1;
                }
                None => {
                    let member = UnknownMember {
                        slot,
                        name: name.into_owned(),
                        value: map.next_value()?,
                    };
                    value.unknown_mut().0.push(member);
                }
            }
        }
        Ok(value)
    }
}

/// A member name, borrowed from the text where it has no escapes.
struct Name<'de>(std::borrow::Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Name<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(name.into()))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(name.to_owned().into()))
            }
        }
        deserializer.deserialize_str(NameVisitor)
    }
}

/// Access to the unknown members of an object.
pub(crate) trait HasUnknown {
    fn unknown(&self) -> &Unknown;
    fn unknown_mut(&mut self) -> &mut Unknown;
}

/// Writes the members of an object in order, unknown ones at their places.
pub(crate) fn serialize_object<T: Members + HasUnknown, S: serde::Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    let unknown = &value.unknown().0;
    if unknown.is_empty() {
        for index in 0..T::COUNT {
            value.write(index, &mut map)?;
        }
        return map.end();
    }
    for slot in 0..=T::COUNT {
        for member in unknown.iter().filter(|member| member.slot == slot) {
            map.serialize_entry(&member.name, &member.value)?;
        }
        if slot < T::COUNT {
            value.write(slot, &mut map)?;
        }
    }
    map.end()
}
