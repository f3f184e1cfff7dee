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

/// Told of each question before it is sent.
pub(crate) type OnAsk = Box<dyn Fn() + Send + Sync>;

/// Asks the manager for `GET …/info`.
pub(crate) struct Asker {
    settings: ManagerSettings,
    on_ask: OnAsk,
    /// Made by the first question, because reading the roots takes its time.
    client: OnceLock<Client>,
}

impl Asker {
    pub(crate) fn new(settings: ManagerSettings, on_ask: OnAsk) -> Self {
        Self { settings, on_ask, client: OnceLock::new() }
    }

    /// Whatever goes wrong is `Failed`, so that neither the token nor what came back gets into a message.
    pub(crate) async fn ask(&self) -> Answer {
        (self.on_ask)();
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
    /// closed by the manager long before the next question, so none is kept. Plain HTTP needs no roots: where there are
    /// none, reading them fails. The backend is named because another crate may turn on reqwest's others.
    fn client(&self) -> Option<&Client> {
        if self.client.get().is_none() {
            let builder = Client::builder().redirect(Policy::none()).no_proxy().pool_max_idle_per_host(0);
            let builder = builder.tls_backend_rustls();
            let is_plain = self.settings.info_url.scheme() == "http";
            let builder = if is_plain { builder.tls_certs_only([]) } else { builder };
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

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use tokio::task::spawn_blocking;

    use super::*;
    use crate::injected::Injected;

    #[tokio::test]
    async fn stops_reading_an_answer_that_does_not_end() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let manager = spawn_blocking(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
            let chunk = [b"2000\r\n".as_slice(), &[b' '; 0x2000], b"\r\n"].concat();
            let chunks = std::iter::repeat_with(|| stream.write_all(&chunk));
            chunks.take_while(Result::is_ok).count()
        });
        let variables =
            [("ALIEN_MANAGER_URL", &*url), ("ALIEN_DEPLOYMENT_ID", "dep_a"), ("ALIEN_DEPLOYMENT_TOKEN", "t")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let settings = ManagerSettings::new(&Injected::new(variables.into())).unwrap().unwrap();
        let answer = Asker::new(settings, Box::new(|| ())).ask().await;
        assert!(matches!(answer, Answer::Failed { retry_after: Duration::ZERO }));
        assert!(manager.await.unwrap() < 8192, "64 MiB were sent");
    }
}
