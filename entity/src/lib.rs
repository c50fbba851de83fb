//! The nouns of the service: one module a table, the ids that name rows, and the value types that cross
//! every border parsed.
//!
//! A module here mirrors a room of `src`; it knows columns and values, never behaviour.

pub mod access;
pub mod apprenticeship;
pub mod batch;
pub mod card;
pub mod company;
pub mod consultation;
pub mod employment;
pub mod file;
pub mod mandate;
pub mod mediation;
pub mod obligation;
pub mod office;
pub mod placement;
pub mod plumbing;
pub mod privacy;
pub mod queue;
pub mod receipt;
pub mod reference;
pub mod report;
pub mod school;
pub mod seeker;
pub mod training;
pub mod training_need;
pub mod vacancy;
pub mod value;
pub mod warning;

pub use value::{Fault, Nib, Nik, Sex};

/// Declares an id: a `UUIDv7` that knows what it names, so that a company's id never finds a vacancy.
#[macro_export]
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
            sea_orm::DeriveValueType, utoipa::ToSchema,
        )]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(out)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )*};
}

/// Declares a set of words that is stored as text and crosses the wire in snake case.
#[macro_export]
macro_rules! words {
    (
        $(#[doc = $doc:literal])*
        $name:ident { $($(#[doc = $word_doc:literal])* $word:ident = $text:literal),+ $(,)? }
    ) => {
        $(#[doc = $doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
            sea_orm::EnumIter, sea_orm::DeriveActiveEnum,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $(
                $(#[doc = $word_doc])*
                #[sea_orm(string_value = $text)]
                #[serde(rename = $text)]
                $word,
            )+
        }

        impl $name {
            /// Every word, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$word),+];

            /// The word as it is stored and as it crosses the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$word => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or_else(|| {
                    Self::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", ")
                })
            }
        }

        // By hand: the derive does not see a name that comes out of a macro.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let words = [$(concat!("`", $text, "`:", $($word_doc),*)),+];
                let description = [concat!($($doc),*).trim(), &words.join("\n- ")].join("\n\n- ");
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($text),+]))
                    .description(Some(description))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}
