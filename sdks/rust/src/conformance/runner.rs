use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::manual_time::{Verdict, pass, until, with_manual_time};
use super::scripted_manager::ScriptedManager;
use super::vectors::{Call, CallStep, PassesStep, Step, Vector};
use crate::context::Options;
use crate::resource::kind::Kind;
use crate::{AlienContext, Error, Resource};
use serde_json::{Value, json};

const ID: &str = "dep_abcdefghijklmnop";
const SECRET: &str = "s3cret";
const TOKEN: &str = "alien_workload_s3cret";

/// Runs a vector with time of its own; fails with what was not as it should be.
pub(super) fn run(vector: &Vector) -> Verdict {
    with_manual_time(follow(vector))
}

struct Run {
    context: AlienContext,
    manager: Option<ScriptedManager>,
    /// Questions that were begun.
    begun: Arc<AtomicUsize>,
    /// Those that came to something: each answered or failed one draws chance once, a refused one warns.
    settled: Arc<AtomicUsize>,
    warnings: Arc<Mutex<Vec<(&'static str, String)>>>,
    /// Requests so far.
    asked: usize,
}

async fn follow(vector: &Vector) -> Verdict {
    let manager = vector.manager.as_deref().map(ScriptedManager::start);
    let (begun, settled) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let warnings = Arc::new(Mutex::new(Vec::new()));
    let options = Options {
        chance: Box::new({
            let settled = Arc::clone(&settled);
            move || {
                settled.fetch_add(1, Ordering::SeqCst);
                0.0
            }
        }),
        on_ask: Box::new({
            let begun = Arc::clone(&begun);
            move || {
                begun.fetch_add(1, Ordering::SeqCst);
            }
        }),
        warn: Box::new({
            let (settled, warnings) = (Arc::clone(&settled), Arc::clone(&warnings));
            move |code, message| {
                if code == "manager_refused" {
                    settled.fetch_add(1, Ordering::SeqCst);
                }
                warnings.lock().unwrap().push((code, message.to_owned()));
            }
        }),
    };
    let context = AlienContext::new(environment_of(vector, manager.as_ref()), options);
    let mut run = Run { context, manager, begun, settled, warnings, asked: 0 };
    for (index, step) in vector.steps.iter().enumerate() {
        let verdict = match step {
            Step::Call(call) => run.call(call).await,
            Step::Passes(pass) => run.pass(pass).await,
            Step::Releases => run.release().await,
        };
        verdict.map_err(|why| format!("step {}: {why}", index + 1))?;
    }
    run.judge(&vector.warnings)
}

fn environment_of(vector: &Vector, manager: Option<&ScriptedManager>) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut environment = BTreeMap::new();
    if let Some(ScriptedManager { url, .. }) = manager {
        let ours =
            [("ALIEN_MANAGER_URL", url.as_str()), ("ALIEN_DEPLOYMENT_ID", ID), ("ALIEN_DEPLOYMENT_TOKEN", TOKEN)];
        environment.extend(ours.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    environment.extend(vector.environment.iter().map(|(name, value)| (name.clone(), text(value))));
    environment
}

impl Run {
    async fn call(&mut self, CallStep { call, answer, code, waits, asks }: &CallStep) -> Verdict {
        self.asked += asks;
        let context = self.context.clone();
        let asked = call.clone();
        let running = tokio::spawn(async move { outcome_of(&context, &asked).await });
        if *waits > 0 {
            until(|| self.arrived() >= self.asked, || "the request did not arrive".to_owned()).await?;
            pass(waits - 1).await;
            if running.is_finished() {
                return Err(format!("the call came back before {waits} ms had passed"));
            }
            pass(1).await;
        }
        until(|| running.is_finished(), || "the call does not come back".to_owned()).await?;
        let outcome = match running.await.map_err(|error| error.to_string())? {
            Ok(answer) => json!({ "answer": answer }),
            Err(error) if format!("{error} {error:?}").contains(SECRET) => {
                return Err(format!("tells a secret: {error:?}"));
            }
            Err(error) => json!({ "code": error.code() }),
        };
        let expected = match (answer, code) {
            (Some(answer), None) => json!({ "answer": answer }),
            (None, Some(code)) => json!({ "code": code }),
            _ => return Err("a call has either an answer or a code".to_owned()),
        };
        if outcome != expected {
            return Err(format!("{outcome}, not {expected}"));
        }
        self.settle().await
    }

    async fn pass(&mut self, PassesStep { passes, asks, times }: &PassesStep) -> Verdict {
        for _ in 0..times.unwrap_or(1) {
            pass(*passes).await;
            self.asked += asks;
            self.settle().await?;
        }
        Ok(())
    }

    async fn release(&self) -> Verdict {
        self.manager.as_ref().ok_or("there is no manager")?.release();
        self.settle().await
    }

    /// Until every request has arrived, and every question has come to something unless it is held up.
    async fn settle(&self) -> Verdict {
        let counts = || {
            let (arrived, over) = self.manager.as_ref().map_or((0, 0), ScriptedManager::counts);
            (arrived, self.begun.load(Ordering::SeqCst), self.settled.load(Ordering::SeqCst) + arrived - over)
        };
        let is_settled = || {
            let (arrived, begun, accounted) = counts();
            arrived >= self.asked && accounted == begun
        };
        let why = || {
            let (arrived, begun, accounted) = counts();
            format!(
                "of {begun} questions {arrived} arrived, not {}, and {accounted} came to something or are held up",
                self.asked
            )
        };
        until(is_settled, why).await?;
        match self.arrived() {
            arrived if arrived == self.asked => Ok(()),
            arrived => Err(format!("{arrived} requests arrived, not {}", self.asked)),
        }
    }

    fn arrived(&self) -> usize {
        self.manager.as_ref().map_or(0, |manager| manager.counts().0)
    }

    fn judge(&self, expected: &[String]) -> Verdict {
        let warnings = self.warnings.lock().unwrap();
        let codes: Vec<&str> = warnings.iter().map(|(code, _)| *code).collect();
        if codes != expected {
            return Err(format!("warns {codes:?}, not {expected:?}"));
        }
        if warnings.iter().any(|(_, message)| message.contains(SECRET)) {
            return Err(format!("a warning tells a secret: {warnings:?}"));
        }
        let line = format!("GET /v1/deployments/{ID}/info HTTP/1.1");
        for request in self.manager.iter().flat_map(ScriptedManager::requests) {
            if request.line != line || request.authorization != format!("Bearer {TOKEN}") {
                return Err(format!("asks {:?} with {:?}", request.line, request.authorization));
            }
        }
        Ok(())
    }
}

async fn outcome_of(context: &AlienContext, call: &Call) -> Result<Value, Error> {
    let bindings = context.bindings();
    match call.load.as_deref() {
        None if call.get == "own" => context.public_endpoints().await.map(|endpoints| json!(endpoints)),
        Some("func") => answer_of(&bindings.load_function(&call.id).await?, call).await,
        Some("worker") => answer_of(&bindings.load_worker(&call.id).await?, call).await,
        Some("container") => answer_of(&bindings.load_container(&call.id).await?, call).await,
        Some("daemon") => answer_of(&bindings.load_daemon(&call.id).await?, call).await,
        other => panic!("no call loads {other:?} to get {}", call.get),
    }
}

async fn answer_of<K: Kind>(resource: &Resource<K>, call: &Call) -> Result<Value, Error> {
    match (call.get.as_str(), &call.endpoint) {
        ("endpoints", None) => resource.endpoints().await.map(|endpoints| json!(endpoints)),
        ("url" | "publicUrl", None) => resource.get_public_url().await.map(|url| json!(url)),
        ("url", Some(endpoint)) => resource.get_url(endpoint).await.map(|url| json!(url)),
        (other, _) => panic!("nobody gets a {other}"),
    }
}
