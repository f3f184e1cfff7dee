use std::fmt;

use serde_json::{Map, Value};

use crate::endpoint::{Endpoints, endpoints_of};
use crate::shape::{Malformed, Shaped, member, object, parse, url};

/// What a resource of a stack is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Service {
    /// Answers requests.
    Worker,
    /// The Worker of the platform's first API.
    Function,
    /// A program in one or several replicas.
    Container,
    /// A program that runs once per machine.
    Daemon,
}

impl Service {
    const ALL: [Self; 4] = [Self::Worker, Self::Function, Self::Container, Self::Daemon];

    const fn name(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Function => "function",
            Self::Container => "container",
            Self::Daemon => "daemon",
        }
    }

    /// The call that loads it.
    pub(crate) const fn loader(self) -> &'static str {
        match self {
            Self::Worker => "load_worker",
            Self::Function => "load_function",
            Self::Container => "load_container",
            Self::Daemon => "load_daemon",
        }
    }

    pub(crate) fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == text)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What is known of a resource.
#[derive(Debug, Clone)]
pub(crate) struct Binding {
    pub(crate) service: Service,
    /// URL of the http endpoint `api`, else of the first by name.
    pub(crate) public_url: Option<String>,
    pub(crate) endpoints: Endpoints,
    /// Declared names whose host is not known yet.
    pub(crate) pending: Vec<String>,
}

/// A value of `ALIEN_<ID>_BINDING`; members that are not known here are ignored.
pub(crate) fn parse_binding(text: &str) -> Shaped<Binding> {
    let value = parse(text.as_bytes())?;
    let binding = object(&value, "the value")?;
    let service = binding.get("service").and_then(Value::as_str).and_then(Service::named);
    Ok(Binding {
        service: service.ok_or_else(unknown_service)?,
        public_url: optional_url(binding, "publicUrl")?,
        endpoints: optional_endpoints(binding, "endpoints")?,
        pending: Vec::new(),
    })
}

pub(crate) fn optional_url(object: &Map<String, Value>, name: &str) -> Shaped<Option<String>> {
    match member(object, name) {
        None => Ok(None),
        value => url(value, name).map(Some),
    }
}

pub(crate) fn optional_endpoints(object: &Map<String, Value>, name: &str) -> Shaped<Endpoints> {
    member(object, name).map_or_else(|| Ok(Endpoints::new()), |value| endpoints_of(value, name))
}

fn unknown_service() -> Malformed {
    Malformed(format!("service is not one of {}", Service::ALL.map(Service::name).join(", ")))
}
