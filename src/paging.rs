//! Lists: what is asked of one, the rows of a page, and the cursor of the next.
//!
//! A list is read by keys, never by counting: a page says behind which row it begins, so that its cost does not grow with
//! its place, and nothing is counted. One row more than the page is read; whether it is there says whether a next page is.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use sea_orm::sea_query::Value;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde::Serialize;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq;

use crate::personal::mac;
use crate::problem::{Kind, Problem};
use crate::{check, wire};

/// Rows of a page when nothing is asked.
pub const PAGE: u64 = 20;
/// Most rows of a page.
pub const PAGE_LIMIT: u64 = 100;

/// Makes and reads paging cursors: opaque, authenticated, bound to the filter and sort they came from.
#[derive(Clone)]
pub struct Cursors([u8; 32]);

impl Cursors {
    /// Cursors under a key.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// A cursor that holds `value` and opens only for the same `binding`.
    fn seal<T: Serialize>(&self, binding: &str, value: &T) -> String {
        let payload = serde_json::to_vec(value).unwrap_or_default();
        let tag = mac(&self.0, &[binding.as_bytes(), b"\0", &payload]);
        let tag = tag.get(..16).unwrap_or_default();
        BASE64.encode([tag, &payload].concat())
    }

    /// What a cursor holds.
    ///
    /// # Errors
    /// `invalid-cursor` for one that is not ours, was changed, or belongs to another filter or sort.
    fn open<T: DeserializeOwned>(&self, binding: &str, cursor: &str) -> Result<T, Problem> {
        let invalid = || Problem::new(Kind::InvalidCursor);
        let bytes = BASE64.decode(cursor).map_err(|_| invalid())?;
        let (tag, payload) = bytes.split_at_checked(16).ok_or_else(invalid)?;
        let made = mac(&self.0, &[binding.as_bytes(), b"\0", payload]);
        if !bool::from(made.get(..16).unwrap_or_default().ct_eq(tag)) {
            return Err(invalid());
        }
        serde_json::from_slice(payload).map_err(|_| invalid())
    }
}

/// Which rows of a list: so many, after one that has a key.
#[derive(Clone, Copy, Debug)]
pub struct Part<K> {
    /// The key of the last row of the page before.
    pub after: Option<K>,
    /// Rows of the page.
    pub limit: u64,
}

impl<K> Part<K> {
    /// The rows, and the one that tells whether there are more.
    #[must_use]
    pub const fn and_one(&self) -> u64 {
        self.limit + 1
    }
}

impl<K: Clone + Into<Value>> Part<K> {
    /// The newest first: by a key that grows.
    #[must_use]
    pub fn newest<E: EntityTrait>(&self, select: Select<E>, key: impl ColumnTrait) -> Select<E> {
        let select = match &self.after {
            Some(after) => select.filter(key.lt(after.clone())),
            None => select,
        };
        select.order_by_desc(key).limit(self.and_one())
    }

    /// In the order of a key.
    #[must_use]
    pub fn in_order<E: EntityTrait>(&self, select: Select<E>, key: impl ColumnTrait) -> Select<E> {
        let select = match &self.after {
            Some(after) => select.filter(key.gt(after.clone())),
            None => select,
        };
        select.order_by_asc(key).limit(self.and_one())
    }
}

/// Narrows a list to what a filter asks for.
pub trait Only: QueryFilter + Sized {
    /// The rows that hold a value; all, where none is wanted.
    #[must_use]
    fn only(self, column: impl ColumnTrait, wanted: Option<impl Into<Value>>) -> Self {
        match wanted {
            Some(wanted) => self.filter(column.eq(wanted)),
            None => self,
        }
    }
}

impl<E: EntityTrait> Only for Select<E> {}

/// A page that somebody asks for.
pub struct Paging<'a, K> {
    /// The rows.
    pub part: Part<K>,
    binding: String,
    cursors: &'a Cursors,
}

impl<'a, K: Serialize + DeserializeOwned> Paging<'a, K> {
    /// What a filter asks of a list by its `limit` and `cursor`; `size` is the rows of a page when nothing is asked.
    ///
    /// A cursor opens only for the list and the filter that it came from.
    ///
    /// # Errors
    /// `invalid-query` for a limit outside of 1 to 100; `invalid-cursor`.
    pub fn asked(cursors: &'a Cursors, list: &str, filter: &impl Serialize, size: u64) -> Result<Self, Problem> {
        let filter = serde_json::to_value(filter).unwrap_or_default();
        let asked = |name: &str| filter.get(name).filter(|value| !value.is_null());
        let limit = match asked("limit").map(|limit| (limit, limit.as_u64())) {
            None => size,
            Some((_, Some(limit @ 1..=PAGE_LIMIT))) => limit,
            Some((other, _)) => {
                return Err(wire::invalid_parameter("limit", other.clone(), check::from_to(1, PAGE_LIMIT)));
            }
        };
        let kept: BTreeMap<_, _> = filter
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, value)| !matches!(name.as_str(), "limit" | "cursor" | "wait") && !value.is_null())
            .collect();
        let binding = format!("{list}?{}", serde_json::to_string(&kept).unwrap_or_default());
        let after = asked("cursor").and_then(|cursor| cursor.as_str());
        let after = after.map(|cursor| cursors.open(&binding, cursor)).transpose()?;
        Ok(Self { part: Part { after, limit }, binding, cursors })
    }

    /// Cuts rows that were read one beyond the limit to the page, and seals the cursor of the last one kept.
    pub fn cut<R>(&self, mut rows: Vec<R>, key: impl Fn(&R) -> K) -> (Vec<R>, Option<String>) {
        let limit = usize::try_from(self.part.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| self.seal(&key(row)));
        (rows, next)
    }

    /// The list and what is asked of it, without the place in it.
    #[must_use]
    pub fn filter(&self) -> &str {
        &self.binding
    }

    /// The cursor of what comes after a key.
    pub fn seal(&self, key: &K) -> String {
        self.cursors.seal(&self.binding, key)
    }
}

/// Declares a page of a list: `data` and the cursor of the next page.
#[macro_export]
macro_rules! page {
    ($(#[$doc:meta])* $name:ident of $item:ty) => {
        $(#[$doc])*
        #[derive(serde::Serialize, utoipa::ToSchema)]
        pub struct $name {
            /// Rows of this page.
            pub data: Vec<$item>,
            /// Cursor of the next page; null on the last one.
            #[schema(required)]
            pub next: Option<String>,
        }
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cursor_opens_only_for_its_own_list() {
        let cursors = Cursors::new([7; 32]);
        let sealed = cursors.seal("a?sort=newest", &(1, "x"));
        assert_eq!(cursors.open::<(i32, String)>("a?sort=newest", &sealed).unwrap(), (1, "x".to_owned()));
        assert!(cursors.open::<(i32, String)>("a?sort=wage", &sealed).is_err());
        assert!(cursors.open::<(i32, String)>("a?sort=newest", &format!("A{sealed}")).is_err());
        assert!(cursors.open::<(i32, String)>("a?sort=newest", "").is_err());
    }

    #[test]
    fn a_page_is_cut_and_its_cursor_goes_on_behind_it_for_the_same_filter_alone() {
        let cursors = Cursors::new([7; 32]);
        let asked = |filter| Paging::<i32>::asked(&cursors, "rows", &filter, 2);
        let page = asked(json!({"kind": "a", "cursor": null})).unwrap();
        assert_eq!((page.part.after, page.part.limit), (None, 2));
        assert_eq!(page.cut(vec![9, 8], |row| *row), (vec![9, 8], None), "there is no row more");
        let (rows, next) = page.cut(vec![9, 8, 7], |row| *row);
        assert_eq!(rows, [9, 8]);
        let page = asked(json!({"kind": "a", "cursor": next, "limit": 5})).unwrap();
        assert_eq!((page.part.after, page.part.limit), (Some(8), 5));
        assert!(asked(json!({"kind": "b", "cursor": next})).is_err_and(|problem| problem.kind == Kind::InvalidCursor));
        for limit in [0, 101] {
            assert!(asked(json!({"limit": limit})).is_err_and(|problem| problem.kind == Kind::InvalidQuery));
        }
    }
}
