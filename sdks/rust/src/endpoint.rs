use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::shape::{Shaped, member, object, text, url};

/// One public endpoint of a workload. It serialises as the other SDKs show it: `{"url", "host", "wildcardHost"?}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Endpoint {
    /// What a caller should use now: `https://…`, or `tcp://host:port`.
    pub url: String,
    /// DNS name in `url`, without a port.
    pub host: String,
    /// `*.…` when the endpoint was declared with wildcard subdomains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wildcard_host: Option<String>,
}

/// By declared name.
pub type Endpoints = BTreeMap<String, Endpoint>;

pub(crate) fn endpoints_of(value: &Value, what: &str) -> Shaped<Endpoints> {
    object(value, what)?
        .iter()
        .map(|(name, endpoint)| Ok((name.clone(), endpoint_of(endpoint, &format!("endpoint {name:?}"))?)))
        .collect()
}

fn endpoint_of(value: &Value, what: &str) -> Shaped<Endpoint> {
    let endpoint = object(value, what)?;
    Ok(Endpoint {
        url: url(endpoint.get("url"), &format!("url of {what}"))?,
        host: text(endpoint.get("host"), &format!("host of {what}"))?,
        wildcard_host: match member(endpoint, "wildcardHost") {
            None => None,
            wildcard => Some(text(wildcard, &format!("wildcardHost of {what}"))?),
        },
    })
}
