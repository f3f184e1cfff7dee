use std::collections::BTreeSet;
use std::sync::Arc;

use crate::binding::{Binding, Service};
use crate::endpoint::Endpoints;
use crate::error::Result;
use crate::injected::Injected;
use crate::manager::{Info, Refresher};
use crate::merge::merge;
use crate::names::key_of;

/// What the manager tells, over what was injected. Asked at every call, so that an answer may change while the workload runs.
pub(crate) struct Source {
    injected: Injected,
    /// None where no manager is set.
    refresher: Option<Refresher>,
}

impl Source {
    pub(crate) fn new(injected: Injected, refresher: Option<Refresher>) -> Self {
        Self { injected, refresher }
    }

    pub(crate) async fn find(&self, id: &str) -> Result<Option<Binding>> {
        let info = self.latest().await;
        let told = info.as_ref().and_then(|info| info.get(&key_of(id)));
        Ok(merge(told, self.injected.find(id)?))
    }

    /// Ids as `find` takes them, sorted.
    pub(crate) async fn known(&self) -> Vec<String> {
        let info = self.latest().await;
        let told: Vec<&String> = info.iter().flat_map(|info| info.values()).map(|resource| &resource.id).collect();
        let keys: BTreeSet<String> = told.iter().map(|id| key_of(id)).collect();
        let injected = self.injected.known().into_iter().filter(|id| !keys.contains(&key_of(id)));
        let known: BTreeSet<String> = injected.chain(told.into_iter().cloned()).collect();
        known.into_iter().collect()
    }

    /// Endpoints of the workload itself; empty when it has none.
    pub(crate) async fn own(&self) -> Result<Endpoints> {
        let info = self.latest().await;
        let endpoints = self.injected.own()?;
        let told = info.as_ref().and_then(|info| info.get(&self.key_of_owner(&endpoints)?));
        let injected = Binding { service: Service::Worker, public_url: None, endpoints, pending: Vec::new() };
        Ok(merge(told, Some(injected)).map(|binding| binding.endpoints).unwrap_or_default())
    }

    /// Which resource this workload is, told by the URLs of its own endpoints: no other resource has them.
    fn key_of_owner(&self, own: &Endpoints) -> Option<String> {
        let urls: BTreeSet<&String> = own.values().map(|endpoint| &endpoint.url).collect();
        let is_owner = |id: &String| {
            let binding = self.injected.find(id).ok().flatten();
            binding.is_some_and(|binding| binding.endpoints.values().any(|endpoint| urls.contains(&endpoint.url)))
        };
        self.injected.known().into_iter().find(is_owner).map(|id| key_of(&id))
    }

    async fn latest(&self) -> Option<Arc<Info>> {
        self.refresher.as_ref()?.latest().await
    }
}
