//! Values from outside, looked at before they are used.

use reqwest::Url;
use serde_json::{Map, Value};

/// A value is not what it should be. The text never carries the value.
#[derive(Debug)]
pub(crate) struct Malformed(pub(crate) String);

pub(crate) type Shaped<T> = std::result::Result<T, Malformed>;

pub(crate) fn parse(text: &[u8]) -> Shaped<Value> {
    serde_json::from_slice(text).map_err(|_| Malformed("the value is not JSON".to_owned()))
}

pub(crate) fn object<'a>(value: &'a Value, what: &str) -> Shaped<&'a Map<String, Value>> {
    value.as_object().ok_or_else(|| Malformed(format!("{what} is not a JSON object")))
}

/// A member; none that is null is there.
pub(crate) fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

/// Fails when it is missing, empty or no text.
pub(crate) fn text(value: Option<&Value>, what: &str) -> Shaped<String> {
    match value.and_then(Value::as_str) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(Malformed(format!("{what} is not a text"))),
    }
}

/// Kept as it is written: a parsed one would get a path.
pub(crate) fn url(value: Option<&Value>, what: &str) -> Shaped<String> {
    match value.and_then(Value::as_str) {
        Some(text) if Url::parse(text).is_ok() => Ok(text.to_owned()),
        _ => Err(Malformed(format!("{what} is not a URL"))),
    }
}
