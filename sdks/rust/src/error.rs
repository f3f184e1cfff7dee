use crate::binding::Service;

/// Why a question has no answer. Match on the variant, or on [`Error::code`], which every SDK shares.
///
/// A message names the resource or the variable and the next step; it never carries a variable's value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Neither the platform nor the manager told of the id.
    #[error("no resource {id:?} is known here; known: {}. Link it in the stack with .link({id:?}), or correct the id", list(.known))]
    #[non_exhaustive]
    ResourceUnknown {
        /// As it was asked for.
        id: String,
        /// Those that can be loaded.
        known: Vec<String>,
    },
    /// The resource is loaded by another call.
    #[error("resource {id:?} is a {service}; load it with {}({id:?})", .service.loader())]
    #[non_exhaustive]
    ResourceWrongType {
        /// As it was asked for.
        id: String,
        /// What it is.
        service: Service,
    },
    /// The resource declares no endpoint of that name.
    #[error("resource {id:?} has no public endpoint {endpoint:?}; declared: {}", list(.declared))]
    #[non_exhaustive]
    EndpointUnknown {
        /// Of the resource.
        id: String,
        /// As it was asked for.
        endpoint: String,
        /// Those that there are.
        declared: Vec<String>,
    },
    /// The endpoint is declared, but has no host yet.
    #[error("the public endpoint {endpoint:?} of {id:?} has no host yet; ask again while the deployment goes on")]
    #[non_exhaustive]
    EndpointPending {
        /// Of the resource.
        id: String,
        /// As it was asked for.
        endpoint: String,
    },
    /// A variable that the platform sets cannot be understood.
    #[error("{variable}: {reason}; the platform sets this variable, do not override it")]
    #[non_exhaustive]
    BindingInvalid {
        /// Its name.
        variable: String,
        /// What is wrong with it, without its value.
        reason: String,
    },
    /// The context was asked for outside of a tokio runtime, which the questions to the manager need.
    #[error("there is no tokio runtime here; await AlienContext::from_env() inside of one, as in #[tokio::main]")]
    RuntimeMissing,
}

impl Error {
    /// Stable over releases, in lower snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ResourceUnknown { .. } => "resource_unknown",
            Self::ResourceWrongType { .. } => "resource_wrong_type",
            Self::EndpointUnknown { .. } => "endpoint_unknown",
            Self::EndpointPending { .. } => "endpoint_pending",
            Self::BindingInvalid { .. } => "binding_invalid",
            Self::RuntimeMissing => "runtime_missing",
        }
    }
}

/// What every call of this crate answers with.
pub type Result<T> = std::result::Result<T, Error>;

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
