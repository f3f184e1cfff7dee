use std::sync::Arc;
use std::time::Duration;

use alien_sdk::AlienContext;
use axum::Json;
use axum::extract::State;
use reqwest::Client;
use serde::Serialize;

use crate::failure::Failure;
use crate::localhost::Localhost;

pub struct Neighbours {
    ctx: AlienContext,
    client: Client,
}

#[derive(Serialize)]
pub struct Called {
    quotes: Neighbour,
    agent: Neighbour,
}

#[derive(Serialize)]
struct Neighbour {
    url: String,
    health: String,
}

impl Neighbours {
    pub fn new(ctx: AlienContext) -> reqwest::Result<Self> {
        let client = Client::builder().dns_resolver(Localhost).timeout(Duration::from_secs(10)).build()?;
        Ok(Self { ctx, client })
    }

    async fn call(&self, url: String) -> reqwest::Result<Neighbour> {
        let answer = self.client.get(format!("{url}/health")).send().await?.error_for_status()?;
        Ok(Neighbour { url, health: answer.text().await? })
    }
}

/// `GET /neighbours`: both are asked for at each request, because a URL may change while this runs.
pub async fn call_all(State(neighbours): State<Arc<Neighbours>>) -> Result<Json<Called>, Failure> {
    let bindings = neighbours.ctx.bindings();
    let quotes = bindings.load_container("quotes").await?.get_url("web").await?;
    let agent = bindings.load_daemon("agent").await?.get_url("web").await?;
    let (quotes, agent) = tokio::try_join!(neighbours.call(quotes), neighbours.call(agent))?;
    Ok(Json(Called { quotes, agent }))
}
