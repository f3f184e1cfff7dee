//! An HTTP service that tells its own URLs and its neighbours', and calls them.

mod failure;
mod localhost;
mod neighbours;
mod shutdown;

use std::env;
use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::Arc;

use alien_sdk::{AlienContext, Endpoints};
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use tokio::net::TcpListener;

use crate::failure::Failure;
use crate::neighbours::Neighbours;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_ansi(false).without_time().init();
    let ctx = AlienContext::from_env().await?;
    let neighbours = Neighbours::new(ctx.clone())?;

    let app = Router::new()
        .route("/", get(own_endpoints))
        .with_state(ctx)
        .route("/neighbours", get(neighbours::call_all))
        .with_state(Arc::new(neighbours))
        .route("/health", get(async || "ok"));

    // A port of an endpoint has a variable of its own too, here ALIEN_PORT_WEB.
    let port = env::var("PORT").map_err(|_| "PORT is not set; the platform sets it")?.parse()?;
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await?;
    tracing::info!("listening on port {port}");
    axum::serve(listener, app).with_graceful_shutdown(shutdown::requested()).await?;
    Ok(())
}

async fn own_endpoints(State(ctx): State<AlienContext>) -> Result<Json<Endpoints>, Failure> {
    Ok(Json(ctx.public_endpoints().await?))
}
