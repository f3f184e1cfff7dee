use std::collections::BTreeMap;

use crate::binding::{Binding, parse_binding};
use crate::endpoint::{Endpoints, endpoints_of};
use crate::error::{Error, Result};
use crate::names::key_of;
use crate::shape::{Malformed, parse};

const OWN_ENDPOINTS: &str = "ALIEN_PUBLIC_ENDPOINTS_JSON";

/// The values that the platform injected when it started the process.
pub(crate) struct Injected {
    variables: BTreeMap<String, String>,
}

impl Injected {
    pub(crate) fn new(variables: BTreeMap<String, String>) -> Self {
        Self { variables }
    }

    /// A variable that is empty is not set.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(crate) fn find(&self, id: &str) -> Result<Option<Binding>> {
        let name = format!("ALIEN_{}_BINDING", key_of(id));
        let Some(text) = self.variable(&name) else { return Ok(None) };
        parse_binding(text).map(Some).map_err(|error| invalid(name, error))
    }

    /// Ids as `find` takes them, sorted.
    pub(crate) fn known(&self) -> Vec<String> {
        let names = self.variables.iter().filter(|(_, value)| !value.is_empty()).map(|(name, _)| name);
        let keys = names.filter_map(|name| name.strip_prefix("ALIEN_")?.strip_suffix("_BINDING"));
        let mut ids: Vec<_> =
            keys.filter(|key| !key.is_empty()).map(|key| key.to_lowercase().replace('_', "-")).collect();
        ids.sort();
        ids
    }

    /// Endpoints of the workload itself; empty when it has none.
    pub(crate) fn own(&self) -> Result<Endpoints> {
        let Some(text) = self.variable(OWN_ENDPOINTS) else { return Ok(Endpoints::new()) };
        let endpoints = parse(text.as_bytes()).and_then(|value| endpoints_of(&value, "the value"));
        endpoints.map_err(|error| invalid(OWN_ENDPOINTS.to_owned(), error))
    }
}

fn invalid(variable: String, Malformed(reason): Malformed) -> Error {
    Error::BindingInvalid { variable, reason }
}
