#![doc = include_str!("../README.md")]

mod binding;
mod bindings;
mod context;
mod endpoint;
mod error;
mod injected;
mod manager;
mod merge;
mod names;
mod resource;
mod shape;
mod source;

#[cfg(test)]
mod conformance;

pub use binding::Service;
pub use bindings::Bindings;
pub use context::AlienContext;
pub use endpoint::{Endpoint, Endpoints};
pub use error::{Error, Result};
pub use resource::{Resource, kind};
