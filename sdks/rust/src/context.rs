use std::collections::{BTreeMap, HashMap};
use std::env;
use std::ffi::OsString;
use std::sync::Arc;

use tokio::runtime::Handle;

use crate::bindings::Bindings;
use crate::endpoint::Endpoints;
use crate::error::{Error, Result};
use crate::injected::Injected;
use crate::manager::{Asker, Chance, ManagerSettings, OnAsk, Refresher};
use crate::source::Source;

/// Where a workload starts from. Make one, keep it, clone it as you like: all clones share what the manager told.
///
/// # Panics
/// Where a manager is set, the first call panics in a runtime without time: build it with `enable_all`.
#[derive(Debug, Clone)]
pub struct AlienContext {
    bindings: Bindings,
}

impl AlienContext {
    /// Reads the variables that the platform set. Nothing is sent yet: the first question does.
    ///
    /// # Errors
    /// [`Error::BindingInvalid`] for a variable of the platform that is not Unicode, [`Error::RuntimeMissing`] outside of a
    /// tokio runtime. A variable that is wrong in another way fails the questions that need it.
    pub async fn from_env() -> Result<Self> {
        let ours = |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value));
        let variables = env::vars_os().filter_map(ours).filter(|(name, _)| name.starts_with("ALIEN_"));
        let unicode = |(name, value): (String, OsString)| match value.into_string() {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(Error::BindingInvalid { variable: name, reason: "the value is not Unicode".to_owned() }),
        };
        let variables: HashMap<String, String> = variables.map(unicode).collect::<Result<_>>()?;
        Self::from_env_with_vars(&variables).await
    }

    /// The same with these variables instead of the process's own, for tests.
    ///
    /// # Errors
    /// [`Error::RuntimeMissing`] outside of a tokio runtime.
    #[expect(clippy::unused_async, reason = "as from_env")]
    pub async fn from_env_with_vars(variables: &HashMap<String, String>) -> Result<Self> {
        Handle::try_current().map_err(|_| Error::RuntimeMissing)?;
        let variables = variables.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        Ok(Self::new(variables, Options::default()))
    }

    pub(crate) fn new(variables: BTreeMap<String, String>, options: Options) -> Self {
        let injected = Injected::new(variables);
        let refresher = refresher_of(&injected, options);
        Self { bindings: Bindings::new(Arc::new(Source::new(injected, refresher))) }
    }

    /// Loads the workloads of the stack.
    #[must_use]
    pub fn bindings(&self) -> &Bindings {
        &self.bindings
    }

    /// Public endpoints of this workload itself, by declared name; empty when it is private.
    ///
    /// ```
    /// # use std::collections::HashMap;
    /// # use alien_sdk::AlienContext;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> alien_sdk::Result<()> {
    /// let own = r#"{ "web": { "url": "https://shop.example.com", "host": "shop.example.com" } }"#;
    /// let variables = HashMap::from([("ALIEN_PUBLIC_ENDPOINTS_JSON".to_owned(), own.to_owned())]);
    ///
    /// let endpoints = AlienContext::from_env_with_vars(&variables).await?.public_endpoints().await?;
    /// assert_eq!(endpoints["web"].url, "https://shop.example.com");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::BindingInvalid`] when what was injected cannot be understood.
    pub async fn public_endpoints(&self) -> Result<Endpoints> {
        self.bindings.source().own().await
    }
}

/// Told each warning once, at most: its code, and a text that never holds the token.
pub(crate) type Warn = Box<dyn Fn(&'static str, &str) + Send + Sync>;

/// What the tests replace.
pub(crate) struct Options {
    pub(crate) chance: Chance,
    pub(crate) on_ask: OnAsk,
    pub(crate) warn: Warn,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            chance: Box::new(fastrand::f64),
            on_ask: Box::new(|| tracing::debug!("asks the manager")),
            warn: Box::new(|code, message| tracing::warn!(code, "{message}")),
        }
    }
}

const URL_INVALID: &str = "ALIEN_MANAGER_URL is not a plain URL of http or https; the manager is not asked, and URLs stay as they were injected";

fn refresher_of(injected: &Injected, Options { chance, on_ask, warn }: Options) -> Option<Refresher> {
    let Ok(settings) = ManagerSettings::new(injected) else {
        warn("manager_url_invalid", URL_INVALID);
        return None;
    };
    let on_refused = move |status| warn("manager_refused", &refused_message(status));
    Some(Refresher::new(Asker::new(settings?, on_ask), chance, Box::new(on_refused)))
}

fn refused_message(status: u16) -> String {
    format!(
        "the manager answered {status} when it was asked for this deployment; it is not asked again, and URLs stay as they \
         are known now. See that the deployment exists and that ALIEN_DEPLOYMENT_TOKEN is the one that the platform set"
    )
}
