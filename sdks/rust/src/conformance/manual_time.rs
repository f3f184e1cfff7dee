use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::task::{spawn_blocking, yield_now};
use tokio::time::advance;

/// What was not as it should be.
pub(crate) type Verdict = Result<(), String>;

/// How long, really, until something that has to happen has failed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs it with time of its own, that goes on when the test says so.
pub(crate) fn with_manual_time<T>(test: impl Future<Output = T>) -> T {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(async {
        // Paused time goes on by itself whenever nothing runs here, but not while something blocks.
        let (ended, end) = std::sync::mpsc::channel::<()>();
        let blocking = spawn_blocking(move || end.recv().is_ok());
        let outcome = test.await;
        drop(ended);
        blocking.await.unwrap();
        outcome
    })
}

/// Moves the clock, and lets everything that is due then take its turn.
pub(crate) async fn pass(ms: u64) {
    advance(Duration::from_millis(ms)).await;
    for _ in 0..20 {
        yield_now().await;
    }
}

/// Waits really, while the clock of the test stands.
pub(crate) async fn until(is_so: impl Fn() -> bool, why: impl Fn() -> String) -> Verdict {
    let began = Instant::now();
    while !is_so() {
        if began.elapsed() > PATIENCE {
            return Err(why());
        }
        spawn_blocking(|| thread::sleep(Duration::from_millis(1))).await.unwrap();
    }
    Ok(())
}
