//! What only this SDK has, beside the vectors that all share.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::pin::pin;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::{env, io, thread};

use alien_sdk::{AlienContext, Bindings, Endpoint, Error, Resource, Service, kind};
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
    assert!(matches!(&wrong, Error::ResourceWrongType { id, service: Service::Worker, .. } if id == "my-api"));
    assert_eq!(wrong.to_string(), r#"resource "my-api" is a worker; load it with load_worker("my-api")"#);
    let endpoint = bindings.load_worker("my-api").await.unwrap().get_url("web").await.unwrap_err();
    assert_eq!(endpoint.to_string(), r#"resource "my-api" has no public endpoint "web"; declared: none"#);
}

#[tokio::test]
async fn a_message_does_not_list_what_an_empty_variable_would_be() {
    let ctx = AlienContext::from_env_with_vars(&variables(&[("ALIEN_API_BINDING", "")])).await.unwrap();
    let unknown = ctx.bindings().load_worker("api").await.unwrap_err();
    assert!(unknown.to_string().starts_with(r#"no resource "api" is known here; known: none."#), "{unknown}");
}

#[tokio::test]
async fn all_goes_from_thread_to_thread() {
    fn free<T: Send + Sync + Unpin + 'static>() {}
    fn spawned<T>(future: impl Future<Output = T> + Send + 'static) -> impl Future<Output = T> {
        future
    }
    free::<AlienContext>();
    free::<Bindings>();
    free::<Resource<kind::Function>>();
    free::<Endpoint>();
    free::<Error>();
    let questions = spawned(async {
        let ctx = AlienContext::from_env_with_vars(&variables(&[("ALIEN_API_BINDING", BINDING)])).await?;
        let own = ctx.public_endpoints().await?;
        let bindings = ctx.bindings();
        let (function, worker) = (bindings.load_function("api").await?, bindings.load_worker("api").await?);
        let urls = (function.get_function_url().await?, worker.get_worker_url().await?, worker.get_public_url().await?);
        let named = (worker.get_url("web").await, worker.endpoints().await?);
        let others = (bindings.load_container("api").await, bindings.load_daemon("api").await);
        Ok::<_, Error>((own, urls, named, others))
    });
    assert!(questions.await.is_ok());
    assert!(spawned(AlienContext::from_env()).await.is_ok());
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

const RESOURCES: &str = r#"{"resources":{"api":{"resourceType":"worker","publicUrl":"https://new.example.com"}}}"#;

/// Answers one request with this body; without one, with what came.
fn manager(status: &'static str, body: Option<&'static str>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let length = stream.read(&mut request).unwrap();
        let body = body.map_or(&request[..length], str::as_bytes);
        write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n", body.len()).unwrap();
        stream.write_all(body).unwrap();
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
        ("ALIEN_MANAGER_URL", &manager("403 Forbidden", None)),
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

/// Proxies and roots are taken from the environment of a process, so this one starts another.
#[test]
fn plain_http_needs_no_roots_and_no_proxy_is_used() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let proxy_url = format!("http://{}", proxy.local_addr().unwrap());
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "asks_from_its_own_environment", "--ignored", "--nocapture"]);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        child.env(name, &proxy_url);
    }
    child.envs([("NO_PROXY", ""), ("no_proxy", ""), ("SSL_CERT_FILE", "none"), ("SSL_CERT_DIR", "none")]);
    child.env("ALIEN_MANAGER_URL", manager("200 OK", Some(RESOURCES)));
    let told = child.envs([("ALIEN_DEPLOYMENT_ID", "dep_a"), ("ALIEN_DEPLOYMENT_TOKEN", "s3cret")]).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains("https://new.example.com"), "{told}");
    assert_eq!(proxy.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock);
}

#[tokio::test]
#[ignore = "the test above starts it"]
async fn asks_from_its_own_environment() {
    let ctx = AlienContext::from_env().await.unwrap();
    let asked = async { ctx.bindings().load_worker("api").await?.get_worker_url().await };
    println!("{:?}", asked.await);
}
