//! What only this SDK has, beside the vectors that all share.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::{io, thread};

use alien_sdk::{AlienContext, Error, Service};
use tracing_subscriber::fmt::MakeWriter;

const BINDING: &str = r#"{"service":"worker","publicUrl":"https://api.example.com","endpoints":{}}"#;

fn variables(all: &[(&str, &str)]) -> HashMap<String, String> {
    all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[tokio::test]
async fn each_kind_has_its_url() {
    let function = r#"{"service":"function","publicUrl":"https://old.example.com"}"#;
    let all = variables(&[("ALIEN_API_BINDING", BINDING), ("ALIEN_OLD_BINDING", function)]);
    let ctx = AlienContext::from_env_with_vars(&all).await.unwrap();
    let bindings = ctx.bindings();
    let api = Some("https://api.example.com".to_owned());
    assert_eq!(bindings.load_function("api").await.unwrap().get_function_url().await.unwrap(), api);
    assert_eq!(bindings.load_worker("api").await.unwrap().get_worker_url().await.unwrap(), api);
    let old = bindings.load_function("old").await.unwrap();
    assert_eq!(old.clone().get_function_url().await.unwrap().as_deref(), Some("https://old.example.com"));
    assert_eq!(old.id(), "old");
}

#[tokio::test]
async fn a_message_names_the_next_step() {
    let ctx = AlienContext::from_env_with_vars(&variables(&[("ALIEN_MY_API_BINDING", BINDING)])).await.unwrap();
    let bindings = ctx.bindings();
    let unknown = bindings.load_worker("databse").await.unwrap_err();
    assert_eq!(
        unknown.to_string(),
        r#"no resource "databse" is known here; known: my-api. Link it in the stack with .link("databse"), or correct the id"#
    );
    let wrong = bindings.load_daemon("my-api").await.unwrap_err();
    assert_eq!(wrong, Error::ResourceWrongType { id: "my-api".to_owned(), service: Service::Worker });
    assert_eq!(wrong.to_string(), r#"resource "my-api" is a worker; load it with load_worker("my-api")"#);
    let endpoint = bindings.load_worker("my-api").await.unwrap().get_url("web").await.unwrap_err();
    assert_eq!(endpoint.to_string(), r#"resource "my-api" has no public endpoint "web"; declared: none"#);
}

#[test]
fn a_context_is_refused_outside_of_a_runtime() {
    let refused = |variables: &HashMap<String, String>| {
        let mut making = pin!(AlienContext::from_env_with_vars(variables));
        match making.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Err(error)) => error,
            _ => panic!("it is made"),
        }
    };
    let error = refused(&HashMap::new());
    assert_eq!(error.code(), "runtime_missing");
    assert!(error.to_string().contains("#[tokio::main]"));
}

#[test]
fn injected_values_answer_where_the_runtime_has_ended() {
    let all = variables(&[
        ("ALIEN_API_BINDING", BINDING),
        ("ALIEN_MANAGER_URL", "http://127.0.0.1:1"),
        ("ALIEN_DEPLOYMENT_ID", "dep_a"),
        ("ALIEN_DEPLOYMENT_TOKEN", "s3cret"),
    ]);
    let ctx = block_on(AlienContext::from_env_with_vars(&all)).unwrap();
    let mut loading = pin!(ctx.bindings().load_worker("api"));
    let Poll::Ready(Ok(api)) = loading.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("it does not answer")
    };
    assert_eq!(api.id(), "api");
}

/// What a subscriber wrote.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Answers one request with 403 and a body that repeats what came.
fn refusing_manager() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let length = stream.read(&mut request).unwrap();
        write!(stream, "HTTP/1.1 403 Forbidden\r\ncontent-length: {length}\r\n\r\n").unwrap();
        stream.write_all(&request[..length]).unwrap();
    });
    url
}

#[test]
fn a_refusal_is_a_warning_and_the_token_stands_in_nothing_that_is_written() {
    let lines = Lines::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(lines.clone()).finish();
    let all = variables(&[
        ("ALIEN_API_BINDING", BINDING),
        ("ALIEN_MANAGER_URL", &refusing_manager()),
        ("ALIEN_DEPLOYMENT_ID", "dep_a"),
        ("ALIEN_DEPLOYMENT_TOKEN", "alien_workload_s3cret"),
    ]);
    let shown = tracing::subscriber::with_default(subscriber, || {
        block_on(async {
            let ctx = AlienContext::from_env_with_vars(&all).await.unwrap();
            let api = ctx.bindings().load_worker("api").await.unwrap();
            assert_eq!(api.get_worker_url().await.unwrap().as_deref(), Some("https://api.example.com"));
            format!("{ctx:?} {api:?} {:?}", ctx.bindings())
        })
    });
    let lines = lines.text();
    assert!(lines.contains("WARN") && lines.contains(r#"code="manager_refused""#), "{lines}");
    assert!(lines.contains("the manager answered 403"), "{lines}");
    assert!(!lines.contains("s3cret"), "{lines}");
    assert!(!shown.contains("s3cret"), "{shown}");
}
