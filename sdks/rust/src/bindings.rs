use std::fmt;
use std::sync::Arc;

use crate::error::Result;
use crate::resource::{Resource, kind};
use crate::source::Source;

/// Loads the workloads of the stack by their ids. Cheap to clone.
///
/// # Errors
/// Every load fails with [`Error::ResourceUnknown`](crate::Error::ResourceUnknown) when neither the platform nor the manager
/// told of the id, [`Error::ResourceWrongType`](crate::Error::ResourceWrongType) when it is something else, and
/// [`Error::BindingInvalid`](crate::Error::BindingInvalid) when what was injected cannot be understood.
///
/// # Examples
/// ```
/// # use std::collections::HashMap;
/// # use alien_sdk::{AlienContext, Error, Service};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> alien_sdk::Result<()> {
/// let binding = r#"{ "service": "worker", "publicUrl": "https://api.example.com" }"#;
/// let variables = HashMap::from([("ALIEN_API_BINDING".to_owned(), binding.to_owned())]);
/// let ctx = AlienContext::from_env_with_vars(&variables).await?;
///
/// let api = ctx.bindings().load_worker("api").await?;
/// assert_eq!(api.get_worker_url().await?.as_deref(), Some("https://api.example.com"));
///
/// let error = ctx.bindings().load_container("api").await.unwrap_err();
/// assert!(matches!(error, Error::ResourceWrongType { service: Service::Worker, .. }));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Bindings {
    source: Arc<Source>,
}

#[expect(clippy::missing_errors_doc, reason = "the type tells the errors of all loads")]
impl Bindings {
    pub(crate) fn new(source: Arc<Source>) -> Self {
        Self { source }
    }

    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// A Function, or the Worker that took its place.
    pub async fn load_function(&self, id: &str) -> Result<Resource<kind::Function>> {
        Resource::load(Arc::clone(&self.source), id).await
    }

    /// A Worker.
    pub async fn load_worker(&self, id: &str) -> Result<Resource<kind::Worker>> {
        Resource::load(Arc::clone(&self.source), id).await
    }

    /// A Container.
    pub async fn load_container(&self, id: &str) -> Result<Resource<kind::Container>> {
        Resource::load(Arc::clone(&self.source), id).await
    }

    /// A Daemon.
    pub async fn load_daemon(&self, id: &str) -> Result<Resource<kind::Daemon>> {
        Resource::load(Arc::clone(&self.source), id).await
    }
}

impl fmt::Debug for Bindings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Bindings").finish_non_exhaustive()
    }
}
