//! What is hashed, and what a receipt's status is.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use disnaker_entity::receipt::{Model, ReceiptStatus};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Length of a salt, in bytes.
pub const SALT: usize = 16;

/// The hash of what was filed: SHA-256 over the salt's 16 bytes and the canonical JSON of the content (RFC 8785: names
/// sorted, no spaces), in base64url without padding. All numbers in it are whole. What the content is by kind, the document
/// says at `GET /v1/receipts/{number}`, with an example.
#[must_use]
pub fn content_hash(salt: &[u8], content: &Value) -> String {
    let mut canonical = String::new();
    write_canonical(content, &mut canonical);
    BASE64.encode(Sha256::new().chain_update(salt).chain_update(canonical).finalize())
}

/// JSON in its one form (RFC 8785), for content whose numbers are whole and whose names are ASCII.
fn write_canonical(value: &Value, out: &mut String) {
    let separated = |at: usize, out: &mut String| {
        if at > 0 {
            out.push(',');
        }
    };
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            out.push('{');
            for (at, (name, value)) in fields.into_iter().enumerate() {
                separated(at, out);
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write_canonical(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                separated(at, out);
                write_canonical(item, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

/// Where the newest issue of a receipt stands.
#[must_use]
pub fn status(newest: &Model) -> ReceiptStatus {
    if newest.withdrawn_at.is_some() {
        ReceiptStatus::Withdrawn
    } else if newest.superseded_by.is_some() {
        ReceiptStatus::Superseded
    } else {
        ReceiptStatus::Current
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn canonical_json_has_one_form() {
        let mut out = String::new();
        write_canonical(&json!({"b": [1, null, true], "a": {"z": "\u{e9}\n\"", "A": -5}}), &mut out);
        assert_eq!(out, r#"{"a":{"A":-5,"z":"é\n\""},"b":[1,null,true]}"#);
    }

    #[test]
    fn a_hash_depends_on_salt_and_content_and_not_on_order() {
        let one = json!({"a": 1, "b": 2});
        let hash = content_hash(&[7; SALT], &one);
        assert_eq!(hash, content_hash(&[7; SALT], &serde_json::from_str(r#"{ "b": 2, "a": 1 }"#).unwrap()));
        assert_ne!(hash, content_hash(&[8; SALT], &one));
        assert_ne!(hash, content_hash(&[7; SALT], &json!({"a": 1, "b": 3})));
        // As anybody else computes it.
        let plain = [vec![7; SALT], br#"{"a":1,"b":2}"#.to_vec()].concat();
        assert_eq!(hash, BASE64.encode(Sha256::digest(plain)));
    }
}
