//! The macro that declares an object of the claims format, and what its member types must know.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::json::Unset;

/// Declares a struct with JSON members in the order given.
///
/// Each field says how it is written: `omit "name"` leaves it out when unset, `keep "name"` always
/// writes it, and `flat` spreads the members of another such struct into this one.
macro_rules! claims_object {
    (
        $(#[$meta:meta])*
        pub struct $type:ident $(<$param:ident: $bound:path>)? {
            $( $(#[$field_meta:meta])* $field:ident: $ty:ty = $rule:ident $($name:literal)? $(via $via:ty)?, )*
        }
    ) => {
        $(#[$meta])*
        pub struct $type $(<$param>)? {
            $( $(#[$field_meta])* pub $field: $ty, )*
            /// Members that this version has no field for, kept as they are. Empty where the
            /// members of this struct are spread into a larger object, which keeps them itself.
            pub unknown: $crate::json::Unknown,
        }

        impl $(<$param: $bound>)? $crate::json::Members for $type $(<$param>)? {
            const COUNT: usize = 0 $( + claims_object!(@count $rule $ty) )*;

            #[allow(unused_assignments, clippy::allow_attributes, reason = "the last step is for the next field")]
            fn find(name: &str) -> Option<usize> {
                let mut base = 0;
                $(
                    if let Some(index) = claims_object!(@find $rule $ty, $($name)?, name) {
                        return Some(base + index);
                    }
                    base += claims_object!(@count $rule $ty);
                )*
                None
            }

            #[allow(unused_assignments, clippy::allow_attributes, reason = "the last step is for the next field")]
            fn find_ignoring_case(name: &str) -> Option<usize> {
                let mut base = 0;
                $(
                    if let Some(index) = claims_object!(@find_any $rule $ty, $($name)?, name) {
                        return Some(base + index);
                    }
                    base += claims_object!(@count $rule $ty);
                )*
                None
            }

            #[allow(unused_assignments, clippy::allow_attributes, reason = "the last step is for the next field")]
            fn read<'de, A: serde::de::MapAccess<'de>>(
                &mut self,
                index: usize,
                map: &mut A,
            ) -> Result<(), A::Error> {
                let mut base = 0;
                $(
                    let count = claims_object!(@count $rule $ty);
                    if index < base + count {
                        return claims_object!(@read $rule self.$field, index - base, map $(, $via)?);
                    }
                    base += count;
                )*
                Ok(())
            }

            #[allow(unused_assignments, clippy::allow_attributes, reason = "the last step is for the next field")]
            fn write<M: serde::ser::SerializeMap>(
                &self,
                index: usize,
                map: &mut M,
            ) -> Result<(), M::Error> {
                let mut base = 0;
                $(
                    let count = claims_object!(@count $rule $ty);
                    if index < base + count {
                        return claims_object!(@write $rule self.$field, $($name)?, index - base, map);
                    }
                    base += count;
                )*
                Ok(())
            }
        }

        impl $(<$param: $bound>)? $crate::json::Walk for $type $(<$param>)? {
            fn walk_unknown(&mut self, visit: &mut dyn FnMut(&mut $crate::json::Unknown)) {
                visit(&mut self.unknown);
                $( $crate::json::Walk::walk_unknown(&mut self.$field, visit); )*
            }

            fn member_paths(path: &str, found: &mut Vec<String>) {
                $( claims_object!(@paths $rule $ty, $($name)?, path, found); )*
            }
        }

        impl $(<$param: $bound>)? $crate::json::HasUnknown for $type $(<$param>)? {
            fn unknown(&self) -> &$crate::json::Unknown {
                &self.unknown
            }

            fn unknown_mut(&mut self) -> &mut $crate::json::Unknown {
                &mut self.unknown
            }
        }

        impl $(<$param: $bound>)? serde::Serialize for $type $(<$param>)? {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::json::serialize_object(self, serializer)
            }
        }

        impl<'de $(, $param: $bound)?> serde::Deserialize<'de> for $type $(<$param>)? {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_map($crate::json::ObjectVisitor(Self::default()))
            }
        }
    };

    (@count flat $ty:ty) => { <$ty as $crate::json::Members>::COUNT };
    (@count $rule:ident $ty:ty) => { 1 };

    (@paths flat $ty:ty, , $path:ident, $found:ident) => {
        <$ty as $crate::json::Walk>::member_paths($path, $found)
    };
    (@paths $rule:ident $ty:ty, $name:literal, $path:ident, $found:ident) => {
        <$ty as $crate::json::Walk>::member_paths(
            &$crate::claims::object::join($path, $name),
            $found,
        )
    };

    (@find flat $ty:ty, , $var:ident) => { <$ty as $crate::json::Members>::find($var) };
    (@find $rule:ident $ty:ty, $name:literal, $var:ident) => { ($var == $name).then_some(0_usize) };

    (@find_any flat $ty:ty, , $var:ident) => {
        <$ty as $crate::json::Members>::find_ignoring_case($var)
    };
    (@find_any $rule:ident $ty:ty, $name:literal, $var:ident) => {
        $var.eq_ignore_ascii_case($name).then_some(0_usize)
    };

    (@read flat $self:ident.$field:ident, $index:expr, $map:ident) => {
        $crate::json::Members::read(&mut $self.$field, $index, $map)
    };
    (@read $rule:ident $self:ident.$field:ident, $index:expr, $map:ident) => {
        $crate::claims::object::read_value(&mut $self.$field, $map)
    };
    (@read $rule:ident $self:ident.$field:ident, $index:expr, $map:ident, $via:ty) => {
        match $map.next_value::<Option<$via>>()? {
            Some(value) => {
                $self.$field = value.into();
                Ok(())
            }
            None => Ok(()),
        }
    };

    (@write flat $self:ident.$field:ident, , $index:expr, $map:ident) => {
        $crate::json::Members::write(&$self.$field, $index, $map)
    };
    (@write keep $self:ident.$field:ident, $name:literal, $index:expr, $map:ident) => {
        $map.serialize_entry($name, &$self.$field)
    };
    (@write omit $self:ident.$field:ident, $name:literal, $index:expr, $map:ident) => {
        if $crate::json::Unset::is_unset(&$self.$field) {
            Ok(())
        } else {
            $map.serialize_entry($name, &$self.$field)
        }
    };
}

pub(crate) use claims_object;

/// The path of a member.
pub(crate) fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

/// Reads a member value; `null` leaves the field as it is.
pub(crate) fn read_value<'de, T, A>(field: &mut T, map: &mut A) -> Result<(), A::Error>
where
    T: Readable,
    A: serde::de::MapAccess<'de>,
{
    if let Some(value) = map.next_value::<Option<T::Via>>()? {
        *field = T::from_read(value);
    }
    Ok(())
}

/// A member type and the form it is read through: lists and maps take `null` entries as unset.
pub(crate) trait Readable: Sized {
    type Via: DeserializeOwned;
    fn from_read(value: Self::Via) -> Self;
}

macro_rules! read_as_is {
    ($($ty:ty),* $(,)?) => {
        $(
            impl $crate::claims::object::Readable for $ty {
                type Via = Self;
                fn from_read(value: Self) -> Self {
                    value
                }
            }
        )*
    };
}

pub(crate) use read_as_is;

read_as_is!(String, i64, u64, u8, bool);

impl<T: DeserializeOwned> Readable for Option<T> {
    type Via = T;
    fn from_read(value: T) -> Self {
        Some(value)
    }
}

impl<T: DeserializeOwned + Default> Readable for Vec<T> {
    type Via = Vec<Option<T>>;
    fn from_read(value: Self::Via) -> Self {
        value.into_iter().map(Option::unwrap_or_default).collect()
    }
}

impl<T: DeserializeOwned + Default> Readable for BTreeMap<String, T> {
    type Via = BTreeMap<String, Option<T>>;
    fn from_read(value: Self::Via) -> Self {
        value
            .into_iter()
            .map(|(name, value)| (name, value.unwrap_or_default()))
            .collect()
    }
}

impl Unset for String {
    fn is_unset(&self) -> bool {
        self.is_empty()
    }
}

macro_rules! unset_when_default {
    ($($ty:ty),*) => {
        $(
            impl Unset for $ty {
                fn is_unset(&self) -> bool {
                    *self == <$ty>::default()
                }
            }
        )*
    };
}

unset_when_default!(i64, u64, u8, bool);

impl<T> Unset for Option<T> {
    fn is_unset(&self) -> bool {
        self.is_none()
    }
}

impl<T> Unset for Vec<T> {
    fn is_unset(&self) -> bool {
        self.is_empty()
    }
}

impl<V> Unset for BTreeMap<String, V> {
    fn is_unset(&self) -> bool {
        self.is_empty()
    }
}
