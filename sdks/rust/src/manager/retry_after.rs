use std::time::{Duration, SystemTime};

/// A longer wish is cut to this: a slip of a proxy does not blind a workload for days.
const LONGEST: Duration = Duration::from_secs(3600);

/// The header `Retry-After` (RFC 9110 10.2.3, seconds or a date), from `now` on; zero without a usable one.
pub(crate) fn retry_after(header: Option<&str>, now: SystemTime) -> Duration {
    let text = header.unwrap_or_default().trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let wait = if is_number {
        // More digits than a number has room for are a long time too.
        Duration::from_secs(text.parse().unwrap_or(u64::MAX))
    } else {
        let date = httpdate::parse_http_date(text).ok();
        date.and_then(|date| date.duration_since(now).ok()).unwrap_or_default()
    };
    wait.min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_seconds_and_dates_up_to_an_hour() {
        let now = httpdate::parse_http_date("Tue, 01 Jan 2030 00:00:00 GMT").expect("a date");
        for (header, seconds) in [
            (None, 0),
            (Some(""), 0),
            (Some("soon"), 0),
            (Some("-5"), 0),
            (Some("0"), 0),
            (Some(" 7 "), 7),
            (Some("Tue, 01 Jan 2030 00:01:00 GMT"), 60),
            (Some("Mon, 31 Dec 2029 00:00:00 GMT"), 0),
            (Some("Tuesday, 01-Jan-30 00:01:00 GMT"), 60),
            (Some("Tue Jan  1 00:01:00 2030"), 60),
            (Some("2030-01-01T00:01:00Z"), 0),
            (Some("Tue, 01 Jan 2030 00:01:00 +0000"), 0),
            (Some("soon 5000"), 0),
            (Some("99999999999"), 3600),
            (Some("99999999999999999999999"), 3600),
            (Some("Wed, 01 Jan 2031 00:00:00 GMT"), 3600),
        ] {
            assert_eq!(retry_after(header, now), Duration::from_secs(seconds), "{header:?}");
        }
    }
}
