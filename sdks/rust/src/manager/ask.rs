use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use reqwest::header::{ACCEPT, AUTHORIZATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use tokio::time::timeout;

use super::info::{Info, parse_info};
use super::retry_after::retry_after;
use super::settings::ManagerSettings;

/// For the whole exchange, from the connection to the last byte.
const DEADLINE: Duration = Duration::from_secs(5);
/// Bytes; some thousand endpoints.
const LARGEST: usize = 4 * 1024 * 1024;

/// What came of one question.
pub(crate) enum Answer {
    Told(Info),
    /// Ask again, and not before that time from now.
    Failed {
        retry_after: Duration,
    },
    /// 401, 403 or 404: asking again will not help.
    Refused(u16),
}

const FAILED: Answer = Answer::Failed { retry_after: Duration::ZERO };

/// Asks the manager for `GET …/info`.
pub(crate) struct Asker {
    settings: ManagerSettings,
    /// Made by the first question, because reading the roots takes its time.
    client: OnceLock<Client>,
}

impl Asker {
    pub(crate) fn new(settings: ManagerSettings) -> Self {
        Self { settings, client: OnceLock::new() }
    }

    /// Whatever goes wrong is `Failed`, so that neither the token nor what came back gets into a message.
    pub(crate) async fn ask(&self) -> Answer {
        match timeout(DEADLINE, self.exchange()).await {
            Ok(Some(answer)) => answer,
            Ok(None) | Err(_) => FAILED,
        }
    }

    async fn exchange(&self) -> Option<Answer> {
        let authorization = self.settings.authorization.clone()?;
        let request = self.client()?.get(self.settings.info_url.clone());
        let request = request.header(AUTHORIZATION, authorization).header(ACCEPT, "application/json");
        let response = request.send().await.ok()?;
        Some(match response.status() {
            StatusCode::OK => Answer::Told(parse_info(&body_of(response).await?).ok()?),
            status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) => {
                Answer::Refused(status.as_u16())
            }
            _ => {
                let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
                Answer::Failed { retry_after: retry_after(header, SystemTime::now()) }
            }
        })
    }

    /// It follows no redirect and uses no proxy, because the token is meant for the manager alone. A connection would be
    /// closed by the manager long before the next question, so none is kept.
    fn client(&self) -> Option<&Client> {
        if self.client.get().is_none() {
            let builder = Client::builder().redirect(Policy::none()).no_proxy().pool_max_idle_per_host(0);
            let _ = self.client.set(builder.build().ok()?);
        }
        self.client.get()
    }
}

/// Gives up as soon as the body is larger than allowed, without reading on.
async fn body_of(mut response: Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > LARGEST {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body)
}
