//! The rate limit: a number of requests in any 60 seconds.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

const WINDOW: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Window {
    pub limit: Option<u32>,
    /// How many times faster than ours its clock is. The number of requests in a window stays the same.
    pub speed: u32,
    counted: VecDeque<Instant>,
}

impl Default for Window {
    fn default() -> Self {
        Self { limit: None, speed: 1, counted: VecDeque::new() }
    }
}

impl Window {
    /// The length of the window by our clock.
    pub fn length(&self) -> Duration {
        WINDOW / self.speed.max(1)
    }

    /// Counts a request. Returns the limit and the number of requests counted before; `None` if the limit is reached.
    pub fn admit(&mut self, now: Instant, signed_in: bool) -> (u32, Option<u32>) {
        let length = self.length();
        while self.counted.front().is_some_and(|at| now.duration_since(*at) >= length) {
            self.counted.pop_front();
        }
        let limit = self.limit.unwrap_or(if signed_in { 60 } else { 25 });
        let used = u32::try_from(self.counted.len()).unwrap_or(u32::MAX);
        if used >= limit {
            return (limit, None);
        }
        self.count(now);
        (limit, Some(used))
    }

    pub fn count(&mut self, now: Instant) {
        self.counted.push_back(now);
    }

    pub fn forget(&mut self) {
        self.counted.clear();
    }
}

/// The greatest number of moments within any span of this length. The moments are in order.
pub fn most_within(moments: &[Instant], time: Duration) -> usize {
    let mut from = 0;
    let mut most = 0;
    for (index, moment) in moments.iter().enumerate() {
        while moments.get(from).is_some_and(|first| moment.duration_since(*first) >= time) {
            from += 1;
        }
        most = most.max(index + 1 - from);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_counted_for_60_seconds() {
        let start = Instant::now();
        let mut window = Window { limit: Some(2), ..Window::default() };
        let admitted = |window: &mut Window, seconds| window.admit(start + Duration::from_secs(seconds), true).1;
        assert_eq!(admitted(&mut window, 0), Some(0));
        assert_eq!(admitted(&mut window, 30), Some(1));
        assert_eq!(admitted(&mut window, 59), None);
        assert_eq!(admitted(&mut window, 60), Some(1));
        assert_eq!(admitted(&mut window, 61), None);
    }

    #[test]
    fn a_faster_clock_shortens_the_window_and_not_the_limit() {
        let start = Instant::now();
        let mut window = Window { speed: 60, ..Window::default() };
        for _ in 0..60 {
            assert!(window.admit(start, true).1.is_some());
        }
        assert_eq!(window.admit(start + Duration::from_millis(999), true), (60, None));
        assert_eq!(window.admit(start + Duration::from_secs(1), true), (60, Some(0)));
    }

    #[test]
    fn the_busiest_span_is_found() {
        let start = Instant::now();
        let moments: Vec<_> = [0, 1, 5, 6, 7, 20].map(|seconds| start + Duration::from_secs(seconds)).into();
        assert_eq!(most_within(&moments, Duration::from_secs(3)), 3);
        assert_eq!(most_within(&moments, Duration::from_secs(60)), 6);
        assert_eq!(most_within(&[], WINDOW), 0);
    }
}
