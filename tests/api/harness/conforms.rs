//! Holds an answer against the OpenAPI document: a status that is not documented, a field that is not declared or a
//! value of another type is a fault of the document or of the service, and either is worth a red test.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use reqwest::Method;
use serde_json::Value;

use super::Reply;

/// The document as a client sees it.
pub struct Document(Value);

/// An operation of the document.
#[derive(Clone, Copy)]
pub struct Operation<'a> {
    /// Path with its parameters' names.
    pub path: &'a str,
    /// Method in lower case.
    pub method: &'a str,
    /// The operation itself.
    pub value: &'a Value,
}

impl<'a> Operation<'a> {
    /// Its name.
    pub fn id(&self) -> &'a str {
        self.value["operationId"].as_str().unwrap_or_default()
    }

    /// What it takes beside the body.
    pub fn parameters(&self) -> impl Iterator<Item = &'a Value> {
        self.value["parameters"].as_array().into_iter().flatten()
    }

    /// The example of its JSON body, if it takes one.
    pub fn example(&self) -> Option<&'a Value> {
        self.body().and_then(|body| body.get("example"))
    }

    /// Its path with values for the parameters.
    pub fn with_parameters(&self, value: impl Fn(&str) -> String) -> String {
        let segment = |segment: &str| match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => value(name),
            None => segment.to_owned(),
        };
        self.path.split('/').map(segment).collect::<Vec<_>>().join("/")
    }

    /// Its JSON body, if it takes one.
    pub fn body(&self) -> Option<&'a Value> {
        let content = self.value.get("requestBody")?.get("content")?;
        content.get("application/json").or_else(|| content.get("application/merge-patch+json"))
    }
}

impl Document {
    /// The document of this build.
    pub fn get() -> &'static Self {
        static DOCUMENT: OnceLock<Document> = OnceLock::new();
        DOCUMENT.get_or_init(|| Self(serde_json::to_value(disnaker::document::document()).unwrap()))
    }

    /// Every operation, in the order of the document.
    pub fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        self.0["paths"].as_object().into_iter().flatten().flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            let methods =
                methods.filter(|(method, _)| matches!(method.as_str(), "get" | "post" | "patch" | "put" | "delete"));
            methods.map(move |(method, value)| Operation { path, method, value })
        })
    }

    /// Follows a reference, if the value is one.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(place) => {
                let target = self.0.pointer(place.trim_start_matches('#'));
                self.resolve(target.unwrap_or_else(|| panic!("the document has nothing at {place}")))
            }
            None => value,
        }
    }

    /// Whether an answer is one that its operation promises. What is no operation promises nothing.
    pub fn conforms(&self, method: &Method, route: &str, reply: &Reply) -> Result<(), String> {
        let method = method.as_str().to_lowercase();
        let Some(operation) = self.operations().find(|operation| operation.path == route && operation.method == method)
        else {
            return Ok(());
        };
        let status = reply.status.to_string();
        let promised = &operation.value["responses"][status.as_str()];
        if promised.is_null() {
            return Err(format!("the document has no {status} for {}", operation.id()));
        }
        let Some(contents) = self.resolve(promised).get("content").and_then(Value::as_object) else { return Ok(()) };
        let received = reply.header("content-type").split(';').next().unwrap_or_default();
        let Some(content) = contents.get(received) else {
            return Err(format!("the document has no `{received}` for {} with {status}", operation.id()));
        };
        if !received.ends_with("json") {
            return Ok(());
        }
        let faults = self.faults(&content["schema"], &reply.json);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(format!("{} is not as documented:\n{}", operation.id(), faults.join("\n")))
        }
    }

    /// How a value differs from a schema.
    pub fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        self.check(schema, value, "", &mut faults);
        faults
    }

    /// Collects how a value differs from a schema, and which of its fields the schema does not declare.
    fn check(&self, schema: &Value, value: &Value, pointer: &str, faults: &mut Vec<String>) {
        self.check_one(schema, value, pointer, faults);
        if let (Some(fields), Some(declared)) = (value.as_object(), self.declared(schema)) {
            let stray = fields.keys().filter(|name| !declared.contains(name.as_str()));
            faults.extend(stray.map(|name| format!("{pointer}/{name}: not declared")));
        }
    }

    fn check_one(&self, schema: &Value, value: &Value, pointer: &str, faults: &mut Vec<String>) {
        let schema = self.resolve(schema);
        let list = |name: &str| schema[name].as_array().into_iter().flatten();
        for part in list("allOf") {
            self.check_one(part, value, pointer, faults);
        }
        for name in ["oneOf", "anyOf"] {
            if !schema[name].is_null() && !list(name).any(|choice| self.fits(choice, value)) {
                faults.push(format!("{pointer}: none of {name}: {value}"));
            }
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            kind => kind.as_str().into_iter().collect(),
        };
        if !kinds.is_empty() && !kinds.iter().any(|kind| is_a(kind, value)) {
            faults.push(format!("{pointer}: expected {kinds:?}, received {value}"));
            return;
        }
        if !schema["enum"].is_null() && !list("enum").any(|word| word == value) {
            faults.push(format!("{pointer}: {value} is none of {}", schema["enum"]));
        }
        match value {
            Value::Object(fields) => {
                for name in list("required").filter_map(Value::as_str).filter(|name| !fields.contains_key(*name)) {
                    faults.push(format!("{pointer}/{name}: missing"));
                }
                for (name, inner) in fields {
                    match schema["properties"].get(name) {
                        Some(declared) => self.check(declared, inner, &format!("{pointer}/{name}"), faults),
                        None if schema["additionalProperties"].is_object() => {
                            self.check(&schema["additionalProperties"], inner, &format!("{pointer}/{name}"), faults);
                        }
                        None => {}
                    }
                }
            }
            Value::Array(items) if schema["items"].is_object() => {
                for (at, item) in items.iter().enumerate() {
                    self.check(&schema["items"], item, &format!("{pointer}/{at}"), faults);
                }
            }
            Value::Number(number) => {
                let bound = |name: &str| schema[name].as_f64();
                let number = number.as_f64().unwrap_or_default();
                if bound("minimum").is_some_and(|least| number < least)
                    || bound("maximum").is_some_and(|most| number > most)
                {
                    faults.push(format!("{pointer}: {number} is out of range"));
                }
            }
            _ => {}
        }
    }

    fn fits(&self, schema: &Value, value: &Value) -> bool {
        self.faults(schema, value).is_empty()
    }

    /// The names that an object of a schema may have, where the schema closes them.
    fn declared<'a>(&'a self, schema: &'a Value) -> Option<BTreeSet<&'a str>> {
        let schema = self.resolve(schema);
        if !schema["additionalProperties"].is_null() && schema["additionalProperties"] != false {
            return None;
        }
        if !schema["oneOf"].is_null() || !schema["anyOf"].is_null() {
            return None;
        }
        let own = schema["properties"].as_object();
        let parts = schema["allOf"].as_array();
        if own.is_none() && parts.is_none() {
            return None;
        }
        let mut names: BTreeSet<&str> = own.into_iter().flat_map(serde_json::Map::keys).map(String::as_str).collect();
        for part in parts.into_iter().flatten() {
            names.extend(self.declared(part)?);
        }
        Some(names)
    }
}

fn is_a(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the document has a type `{other}`"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(schema: &Value, value: &Value) -> Vec<String> {
        let document = Document(json!({"components": {"schemas": {"Named": {
            "type": "object", "required": ["name"], "properties": {"name": {"type": ["string", "null"]}},
        }}}}));
        document.faults(schema, value)
    }

    #[test]
    fn a_value_that_differs_from_its_schema_is_found() {
        let named = &json!({"$ref": "#/components/schemas/Named"});
        assert_eq!(faults(named, &json!({"name": "x"})), Vec::<String>::new());
        assert_eq!(faults(named, &json!({"name": null})), Vec::<String>::new());
        assert_eq!(faults(named, &json!({})), ["/name: missing"]);
        assert_eq!(faults(named, &json!({"name": 1})).len(), 1);
        assert_eq!(faults(named, &json!({"name": "x", "nik": "x"})), ["/nik: not declared"]);
        let list = &json!({"type": "array", "items": named});
        assert_eq!(faults(list, &json!([{"name": "x"}, {}])), ["/1/name: missing"]);
        let both =
            &json!({"allOf": [named, {"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}}]});
        assert_eq!(faults(both, &json!({"name": "x", "age": 3})), Vec::<String>::new());
        assert_eq!(
            faults(both, &json!({"name": "x", "age": -1, "nik": 1})),
            ["/age: -1 is out of range", "/nik: not declared"]
        );
        let perhaps = &json!({"oneOf": [{"type": "null"}, named]});
        assert_eq!(faults(perhaps, &Value::Null), Vec::<String>::new());
        assert_eq!(faults(perhaps, &json!({})).len(), 1);
    }
}
