use std::error::Error;
use std::fmt::Write;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// Answered with status 502: what went wrong, and what that came from.
pub struct Failure(Box<dyn Error>);

impl<E: Error + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut text = self.0.to_string();
        let mut source = self.0.source();
        while let Some(error) = source {
            let _ = write!(text, ": {error}");
            source = error.source();
        }
        (StatusCode::BAD_GATEWAY, text + "\n").into_response()
    }
}
