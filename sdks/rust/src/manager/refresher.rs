use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::ask::{Answer, Asker};
use super::info::Info;
use super::pace::pause;

/// From the first call on: calls in it wait together for the first answer, later ones never do.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// After the last call it goes on asking for so long.
const IN_USE: Duration = Duration::from_secs(300);

/// 0 to 1.
pub(crate) type Chance = Box<dyn Fn() -> f64 + Send + Sync>;
/// Called at most once: the manager will not answer this workload any more.
type OnRefused = Box<dyn Fn(u16) + Send + Sync>;

/// Keeps what the manager last told, and asks again in the background while somebody wants to know. Dropping it ends that.
pub(crate) struct Refresher {
    shared: Arc<Shared>,
}

struct Shared {
    asker: Asker,
    chance: Chance,
    on_refused: OnRefused,
    told: watch::Sender<Told>,
    schedule: Mutex<Schedule>,
}

#[derive(Default)]
struct Told {
    /// A refusal or a failure takes nothing back.
    info: Option<Arc<Info>>,
    /// The first question came to something.
    answered: bool,
}

struct Schedule {
    /// None before the first call.
    first_wait_ends: Option<Instant>,
    last_use: Instant,
    not_before: Instant,
    /// In a row.
    failures: u32,
    refused: bool,
    /// None while nobody asks.
    asking: Option<JoinHandle<()>>,
}

impl Refresher {
    pub(crate) fn new(asker: Asker, chance: Chance, on_refused: OnRefused) -> Self {
        let now = Instant::now();
        let schedule = Schedule {
            first_wait_ends: None,
            last_use: now,
            not_before: now,
            failures: 0,
            refused: false,
            asking: None,
        };
        let told = watch::Sender::new(Told::default());
        Self { shared: Arc::new(Shared { asker, chance, on_refused, told, schedule: Mutex::new(schedule) }) }
    }

    /// What was told last: nothing before the first answer.
    pub(crate) async fn latest(&self) -> Option<Arc<Info>> {
        // Without a runtime nobody can ask or wait.
        if let Ok(runtime) = Handle::try_current() {
            let first_wait_ends = self.used(&runtime);
            let mut told = self.shared.told.subscribe();
            let _ = timeout_at(first_wait_ends, told.wait_for(|told| told.answered)).await;
        }
        self.shared.told.borrow().info.clone()
    }

    /// Asks again, should nobody do so. A runtime that has ended took its task with it.
    fn used(&self, runtime: &Handle) -> Instant {
        let mut schedule = self.shared.schedule();
        let now = Instant::now();
        schedule.last_use = now;
        if !schedule.refused && schedule.asking.as_ref().is_none_or(JoinHandle::is_finished) {
            schedule.asking = Some(runtime.spawn(Arc::clone(&self.shared).ask_while_used()));
        }
        *schedule.first_wait_ends.get_or_insert(now + FIRST_WAIT)
    }
}

impl Drop for Refresher {
    fn drop(&mut self) {
        if let Some(asking) = self.shared.schedule().asking.take() {
            asking.abort();
        }
    }
}

impl Shared {
    async fn ask_while_used(self: Arc<Self>) {
        loop {
            let not_before = self.schedule().not_before;
            sleep_until(not_before).await;
            if !self.begins() {
                return;
            }
            let answer = self.asker.ask().await;
            if !self.take(answer) {
                return;
            }
        }
    }

    /// Whether somebody called lately; otherwise the next call starts it again. A question that its runtime takes with it
    /// has failed: it is not repeated at once.
    fn begins(&self) -> bool {
        let mut schedule = self.schedule();
        if schedule.last_use.elapsed() > IN_USE {
            schedule.asking = None;
            return false;
        }
        schedule.not_before = Instant::now() + pause(schedule.failures.saturating_add(1), Duration::ZERO, 0.0);
        true
    }

    /// Whether to ask again.
    fn take(&self, answer: Answer) -> bool {
        let (info, at_least) = match answer {
            Answer::Told(info) => (Some(Arc::new(info)), Duration::ZERO),
            Answer::Failed { retry_after } => (None, retry_after),
            Answer::Refused(status) => {
                self.schedule().refused = true;
                (self.on_refused)(status);
                self.answered(None);
                return false;
            }
        };
        let mut schedule = self.schedule();
        schedule.failures = if info.is_some() { 0 } else { schedule.failures.saturating_add(1) };
        schedule.not_before = Instant::now() + pause(schedule.failures, at_least, (self.chance)());
        drop(schedule);
        self.answered(info);
        true
    }

    fn answered(&self, info: Option<Arc<Info>>) {
        self.told.send_modify(|told| {
            told.answered = true;
            told.info = info.or(told.info.take());
        });
    }

    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;
    use crate::conformance::manual_time::{pass, until, with_manual_time};
    use crate::conformance::scripted_manager::ScriptedManager;
    use crate::injected::Injected;
    use crate::manager::ManagerSettings;

    fn asking(answer: Value) -> (ScriptedManager, Arc<Refresher>) {
        let manager = ScriptedManager::start(&[from_value(answer).unwrap()]);
        let variables =
            [("ALIEN_MANAGER_URL", &*manager.url), ("ALIEN_DEPLOYMENT_ID", "dep_a"), ("ALIEN_DEPLOYMENT_TOKEN", "t")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let settings = ManagerSettings::new(&Injected::new(variables.into())).unwrap().unwrap();
        let refresher = Refresher::new(Asker::new(settings, Box::new(|| ())), Box::new(|| 0.0), Box::new(|_| ()));
        (manager, Arc::new(refresher))
    }

    async fn until_counts(manager: &ScriptedManager, counts: (usize, usize)) {
        let why = || format!("{:?} requests arrived and came to something, not {counts:?}", manager.counts());
        until(|| manager.counts() == counts, why).await.unwrap();
    }

    #[test]
    fn the_first_calls_wait_together_and_for_one_answer() {
        with_manual_time(async {
            let (manager, refresher) = asking(json!({ "held": true, "body": {} }));
            let call = || {
                let refresher = Arc::clone(&refresher);
                tokio::spawn(async move { refresher.latest().await })
            };
            let mut calls = vec![call(), call()];
            until_counts(&manager, (1, 0)).await;
            pass(300).await;
            calls.push(call());
            pass(199).await;
            assert!(calls.iter().all(|call| !call.is_finished()));
            pass(1).await;
            assert!(calls.iter().all(JoinHandle::is_finished));
            assert_eq!(manager.counts(), (1, 0));
        });
    }

    #[test]
    fn ends_its_question_when_it_is_dropped() {
        with_manual_time(async {
            let (manager, refresher) = asking(json!({ "held": true, "body": {} }));
            let call = tokio::spawn(async move { refresher.latest().await });
            until_counts(&manager, (1, 0)).await;
            call.abort();
            until_counts(&manager, (1, 1)).await;
        });
    }

    #[test]
    fn a_call_that_is_dropped_takes_its_question_from_no_other() {
        with_manual_time(async {
            let (manager, refresher) = asking(json!({ "held": true, "body": { "resources": {} } }));
            let call = || {
                let refresher = Arc::clone(&refresher);
                tokio::spawn(async move { refresher.latest().await })
            };
            let dropped = call();
            until_counts(&manager, (1, 0)).await;
            dropped.abort();
            assert!(dropped.await.is_err());
            let waiting = call();
            manager.release();
            assert!(waiting.await.unwrap().is_some());
            assert_eq!(manager.counts(), (1, 1));
        });
    }

    #[test]
    fn a_question_that_ended_with_its_runtime_is_not_repeated_before_its_pause() {
        let (manager, refresher) = asking(json!({ "held": true, "body": { "resources": {} } }));
        with_manual_time(async {
            let refresher = Arc::clone(&refresher);
            tokio::spawn(async move { refresher.latest().await });
            until_counts(&manager, (1, 0)).await;
        });
        with_manual_time(async {
            let call = tokio::spawn({
                let refresher = Arc::clone(&refresher);
                async move { refresher.latest().await }
            });
            pass(29_000).await;
            until_counts(&manager, (1, 1)).await;
            assert!(call.await.unwrap().is_none());
            pass(1_000).await;
            until_counts(&manager, (2, 1)).await;
        });
    }

    #[test]
    fn goes_on_in_another_runtime_when_the_first_one_has_ended() {
        let (manager, refresher) = asking(json!({ "body": { "resources": {} } }));
        with_manual_time(async { assert!(refresher.latest().await.is_some()) });
        with_manual_time(async {
            assert!(refresher.latest().await.is_some());
            pass(30_000).await;
            until_counts(&manager, (2, 2)).await;
        });
    }
}
