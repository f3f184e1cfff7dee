use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::binding::Binding;
use crate::endpoint::Endpoints;
use crate::error::{Error, Result};
use crate::source::Source;

/// What a [`Resource`] was loaded as.
pub mod kind {
    use crate::binding::Service;

    /// Which services one load call takes.
    pub trait Kind: sealed::Sealed + Send + Sync + 'static {
        #[doc(hidden)]
        const SERVICES: &'static [Service];
    }

    mod sealed {
        pub trait Sealed {}
    }

    macro_rules! kinds {
        ($($(#[$doc:meta])* $name:ident: $($service:ident),+;)+) => {$(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub enum $name {}

            impl sealed::Sealed for $name {}
            impl Kind for $name {
                const SERVICES: &'static [Service] = &[$(Service::$service),+];
            }
        )+};
    }

    kinds! {
        /// A Function, or the Worker that took its place.
        Function: Function, Worker;
        /// A Worker.
        Worker: Worker;
        /// A Container.
        Container: Container;
        /// A Daemon.
        Daemon: Daemon;
    }
}

use kind::Kind;

/// A workload of the stack: this one, or one that it links. Cheap to clone.
///
/// Ask it each time instead of keeping a URL: the answer follows the deployment, and after the first call of a context it
/// costs no request.
///
/// Every question fails as loading does, should the resource have gone or have become something else meanwhile.
pub struct Resource<K> {
    source: Arc<Source>,
    id: String,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Resource<K> {
    pub(crate) async fn load(source: Arc<Source>, id: &str) -> Result<Self> {
        let resource = Self { source, id: id.to_owned(), kind: PhantomData };
        resource.binding().await?;
        Ok(resource)
    }

    /// As it was loaded.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The URL that a caller should use now, of the http endpoint `api`, else of the first by name. None when there is no external URL.
    ///
    /// # Errors
    /// Those of loading.
    pub async fn get_public_url(&self) -> Result<Option<String>> {
        Ok(self.binding().await?.public_url)
    }

    /// The URL of a named endpoint; tcp endpoints have `tcp://host:port`.
    ///
    /// # Errors
    /// [`Error::EndpointUnknown`] for a name that is not declared, [`Error::EndpointPending`] for one whose host is not known
    /// yet, and those of loading.
    pub async fn get_url(&self, endpoint: &str) -> Result<String> {
        let Binding { mut endpoints, pending, .. } = self.binding().await?;
        if let Some(found) = endpoints.remove(endpoint) {
            return Ok(found.url);
        }
        let (id, endpoint) = (self.id.clone(), endpoint.to_owned());
        if pending.contains(&endpoint) {
            return Err(Error::EndpointPending { id, endpoint });
        }
        let declared = endpoints.into_keys().chain(pending).collect();
        Err(Error::EndpointUnknown { id, endpoint, declared })
    }

    /// Those whose host is known, by declared name; empty for a private resource.
    ///
    /// # Errors
    /// Those of loading.
    pub async fn endpoints(&self) -> Result<Endpoints> {
        Ok(self.binding().await?.endpoints)
    }

    async fn binding(&self) -> Result<Binding> {
        let id = || self.id.clone();
        match self.source.find(&self.id).await? {
            None => Err(Error::ResourceUnknown { id: id(), known: self.source.known().await }),
            Some(Binding { service, .. }) if !K::SERVICES.contains(&service) => {
                Err(Error::ResourceWrongType { id: id(), service })
            }
            Some(binding) => Ok(binding),
        }
    }
}

impl Resource<kind::Function> {
    /// The same as [`Resource::get_public_url`].
    ///
    /// # Errors
    /// Those of loading.
    pub async fn get_function_url(&self) -> Result<Option<String>> {
        self.get_public_url().await
    }
}

impl Resource<kind::Worker> {
    /// The same as [`Resource::get_public_url`].
    ///
    /// # Errors
    /// Those of loading.
    pub async fn get_worker_url(&self) -> Result<Option<String>> {
        self.get_public_url().await
    }
}

impl<K> Clone for Resource<K> {
    fn clone(&self) -> Self {
        Self { source: Arc::clone(&self.source), id: self.id.clone(), kind: PhantomData }
    }
}

impl<K> fmt::Debug for Resource<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Resource").field("id", &self.id).finish_non_exhaustive()
    }
}
