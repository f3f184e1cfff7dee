//! Asking the manager, in the background.

mod ask;
mod info;
mod pace;
mod refresher;
mod retry_after;
mod settings;

pub(crate) use ask::{Asker, OnAsk};
pub(crate) use info::{Info, ToldResource};
pub(crate) use refresher::{Chance, Refresher};
pub(crate) use settings::ManagerSettings;
