use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::binding::{Service, optional_endpoints, optional_url};
use crate::endpoint::Endpoints;
use crate::names::key_of;
use crate::shape::{Shaped, member, object, parse, text};

/// One resource, as the manager knows it.
pub(crate) struct ToldResource {
    pub(crate) id: String,
    pub(crate) service: Service,
    /// URL of the http endpoint `api`, else of the first by name, once it is known.
    pub(crate) public_url: Option<String>,
    /// Names of all endpoints, those whose host is not known yet too.
    pub(crate) declared: BTreeSet<String>,
    /// Those whose host is known.
    pub(crate) endpoints: Endpoints,
}

/// By `key_of(id)`.
pub(crate) type Info = HashMap<String, ToldResource>;

/// Reads the body of `GET /v1/deployments/{id}/info`. What it does not know, members and types of resources, is left out.
/// Fails when any part that it needs is not as it should be: half an answer is none.
pub(crate) fn parse_info(body: &[u8]) -> Shaped<Info> {
    let value = parse(body)?;
    let answer = object(&value, "the answer")?;
    let resources = object(answer.get("resources").unwrap_or(&Value::Null), "resources")?;
    let told = resources.iter().filter_map(|(id, entry)| resource_of(id, entry).transpose());
    told.map(|resource| resource.map(|resource| (key_of(&resource.id), resource))).collect()
}

fn resource_of(id: &str, entry: &Value) -> Shaped<Option<ToldResource>> {
    let resource = object(entry, "a resource")?;
    let Some(service) = Service::named(&text(resource.get("resourceType"), "resourceType")?) else { return Ok(None) };
    let endpoints = optional_endpoints(resource, "publicEndpoints")?;
    let mut declared: BTreeSet<String> = endpoints.keys().cloned().collect();
    if let Some(all) = member(resource, "endpoints") {
        declared.extend(object(all, "endpoints")?.keys().cloned());
    }
    Ok(Some(ToldResource {
        id: id.to_owned(),
        service,
        public_url: optional_url(resource, "publicUrl")?,
        declared,
        endpoints,
    }))
}
