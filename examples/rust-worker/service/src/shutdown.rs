use tokio::signal::unix::{SignalKind, signal};

/// SIGTERM: what is under way is answered, nothing new is taken.
pub async fn requested() {
    let mut terminate = signal(SignalKind::terminate()).expect("a handler for SIGTERM");
    terminate.recv().await;
}
