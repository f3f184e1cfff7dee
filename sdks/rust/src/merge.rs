use crate::binding::Binding;
use crate::manager::ToldResource;

/// What the manager tells decides which endpoints there are and wins for each whose host it knows; what was injected fills
/// in for the others, and answers for a resource that the manager does not know.
pub(crate) fn merge(told: Option<&ToldResource>, injected: Option<Binding>) -> Option<Binding> {
    let Some(told) = told else { return injected };
    let mut binding = Binding {
        service: told.service,
        public_url: told.public_url.clone(),
        endpoints: told.endpoints.clone(),
        pending: Vec::new(),
    };
    let injected_endpoint = |name| injected.as_ref().and_then(|injected| injected.endpoints.get(name));
    for name in told.declared.iter().filter(|name| !told.endpoints.contains_key(*name)) {
        match injected_endpoint(name) {
            Some(endpoint) => drop(binding.endpoints.insert(name.clone(), endpoint.clone())),
            None => binding.pending.push(name.clone()),
        }
    }
    let still_served = |url: &String| binding.endpoints.values().any(|endpoint| endpoint.url == *url);
    let injected_url = injected.as_ref().and_then(|injected| injected.public_url.clone());
    binding.public_url = binding.public_url.or(injected_url.filter(still_served));
    Some(binding)
}
