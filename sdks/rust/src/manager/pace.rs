use std::time::Duration;

/// Between two questions that are answered.
const INTERVAL: Duration = Duration::from_secs(30);
/// Failures never put the next question off further, only `Retry-After` does.
const LONGEST: Duration = Duration::from_secs(300);

/// When to ask next, from now on. It doubles with each failure in a row after the first; up to a tenth is added by chance
/// (0 to 1), so that the workloads of one deployment do not ask together.
pub(crate) fn pause(failures: u32, at_least: Duration, chance: f64) -> Duration {
    let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
    let backoff = INTERVAL.saturating_mul(doubled).min(LONGEST);
    backoff.max(at_least).mul_f64(1.0 + chance / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_five_minutes() {
        let seconds = |failures| pause(failures, Duration::ZERO, 0.0).as_secs();
        assert_eq!([0, 1, 2, 3, 4, 5, 6, u32::MAX].map(seconds), [30, 30, 60, 120, 240, 300, 300, 300]);
    }

    #[test]
    fn waits_as_long_as_it_was_asked_to_and_adds_up_to_a_tenth() {
        assert_eq!(pause(1, Duration::from_secs(900), 0.0), Duration::from_secs(900));
        assert_eq!(pause(0, Duration::ZERO, 0.5), Duration::from_millis(31_500));
    }
}
