//! The requests of one subject, as one instance knows them.

const MINUTE_MS: u64 = 60_000;

/// What the table `request_counts` has of a subject.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    pub minute: u64,
    pub count: u64,
    pub previous: u64,
}

#[derive(Debug, Default)]
pub struct Counter {
    /// Of the calendar minute in `counts.minute`, as the table had them when they were exchanged last.
    counts: Counts,
    /// What this instance has admitted since then.
    own: u64,
    /// Whether the table was ever read.
    is_known: bool,
    /// The minute of the last refusal.
    refused_in: u64,
}

#[derive(Debug, PartialEq)]
pub enum Decision {
    Admitted,
    Refused { retry_after: u32, is_first: bool },
    Stale,
}

impl Counter {
    /// Decides about one request and counts it if it is admitted. `alone`: the table cannot be used now, and
    /// the instance may admit one part in so many of the limit.
    pub fn admit(&mut self, now_ms: u64, limit: u64, alone: Option<u64>) -> Decision {
        self.roll(now_ms / MINUTE_MS);
        let used = self.used(now_ms);
        if used >= limit {
            let minute = self.counts.minute;
            let is_first = std::mem::replace(&mut self.refused_in, minute) != minute;
            return Decision::Refused { retry_after: self.retry_after(now_ms, limit), is_first };
        }
        // What several instances may admit before they know of each other, in sum, is a share of what is left.
        let share = ((limit / 10 + limit - used) / 32).max(1);
        if alone.is_none() && (!self.is_known || self.own >= share) {
            return Decision::Stale;
        }
        if alone.is_some_and(|part| self.own >= (limit / part).max(1)) {
            return Decision::Refused { retry_after: 1, is_first: false };
        }
        self.own += 1;
        Decision::Admitted
    }

    /// What is to be written.
    pub fn own(&self) -> u64 {
        self.own
    }

    /// Whether the counts are at most so many requests and of the past.
    pub fn is_light(&self, minute: u64, limit: u64) -> bool {
        self.counts.minute < minute || (self.counts.count + self.own) * 2 < limit
    }

    /// Takes over what the table has after `written` requests of this instance were added to it.
    pub fn exchange(&mut self, found: Counts, written: u64) {
        self.is_known = true;
        self.roll(found.minute);
        if found.minute == self.counts.minute {
            self.counts.count = found.count;
            self.counts.previous = self.counts.previous.max(found.previous);
            self.own = self.own.saturating_sub(written);
        } else if found.minute + 1 == self.counts.minute {
            self.counts.previous = self.counts.previous.max(found.count);
        }
    }

    fn roll(&mut self, minute: u64) {
        if minute > self.counts.minute {
            let total = self.counts.count + self.own;
            let previous = if minute == self.counts.minute + 1 { total } else { 0 };
            self.counts = Counts { minute, count: 0, previous };
            self.own = 0;
        }
    }

    /// The requests of the last 60 seconds, if those of the previous calendar minute were evenly spread.
    fn used(&self, now_ms: u64) -> u64 {
        let passed = self.passed(now_ms);
        self.counts.previous * (MINUTE_MS - passed) / MINUTE_MS + self.counts.count + self.own
    }

    /// The milliseconds of the calendar minute that have passed.
    fn passed(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.counts.minute * MINUTE_MS).min(MINUTE_MS)
    }

    /// Seconds until fewer than `limit` requests are within the last minute, if none is added.
    fn retry_after(&self, now_ms: u64, limit: u64) -> u32 {
        // The milliseconds after which of `count` requests in a minute fewer than `limit` are within the last one.
        let decay = |count: u64, limit: u64| MINUTE_MS - (limit * MINUTE_MS / count.max(1)).min(MINUTE_MS);
        let (current, passed) = (self.counts.count + self.own, self.passed(now_ms));
        let wait = match limit.checked_sub(current).filter(|left| *left > 0) {
            Some(left) => decay(self.counts.previous, left).saturating_sub(passed),
            None => MINUTE_MS - passed + decay(current, limit),
        };
        u32::try_from(wait / 1000 + 1).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: u64 = 1_795_000_000 * 1000 / MINUTE_MS * MINUTE_MS;

    /// As an instance that is the only one.
    fn admit(counter: &mut Counter, now_ms: u64, limit: u64) -> bool {
        loop {
            match counter.admit(now_ms, limit, None) {
                Decision::Admitted => return true,
                Decision::Refused { .. } => return false,
                Decision::Stale => {
                    counter.roll(now_ms / MINUTE_MS);
                    let Counts { minute, count, previous } = counter.counts;
                    counter.exchange(Counts { minute, count: count + counter.own, previous }, counter.own);
                }
            }
        }
    }

    #[test]
    fn exactly_the_limit_is_admitted_in_a_minute() {
        let mut counter = Counter::default();
        assert_eq!((0..250).filter(|i| admit(&mut counter, NOON + i * 100, 100)).count(), 100);
        // At the beginning of the next calendar minute, nearly all of them are within the last 60 seconds.
        let minute = NOON + MINUTE_MS;
        assert!((0..50).filter(|_| admit(&mut counter, minute + 1000, 100)).count() <= 2);
        assert!((45..=55).contains(&(0..100).filter(|_| admit(&mut counter, minute + 30_000, 100)).count()));
        assert_eq!((0..250).filter(|_| admit(&mut counter, minute + 5 * MINUTE_MS, 100)).count(), 100);
    }

    #[test]
    fn a_retry_after_the_given_time_is_admitted_and_the_first_refusal_is_marked() {
        for at in [0, 1, 15_000, 59_999] {
            let mut counter = Counter::default();
            while admit(&mut counter, NOON + at, 100) {}
            let Decision::Refused { retry_after, is_first } = counter.admit(NOON + at, 100, None) else { panic!() };
            assert!(!is_first && retry_after >= 1, "{retry_after}");
            assert!(admit(&mut counter, NOON + at + u64::from(retry_after) * 1000, 100), "after {retry_after} s");
        }
        let mut counter = Counter::default();
        assert!(matches!(counter.admit(NOON, 0, Some(1)), Decision::Refused { is_first: true, .. }));
    }

    #[test]
    fn instances_together_admit_little_more_than_the_limit() {
        for (instances, limit) in [(1, 100), (4, 100), (16, 100), (16, 600)] {
            let mut counters: Vec<_> = (0..instances).map(|_| Counter::default()).collect();
            let mut table = Counts { minute: NOON / MINUTE_MS, ..Counts::default() };
            let mut admitted = 0;
            for i in 0..limit * 3 {
                let counter = &mut counters[usize::try_from(i).unwrap() % instances];
                let mut decision = counter.admit(NOON, limit, None);
                if decision == Decision::Stale {
                    let written = counter.own();
                    table.count += written;
                    counter.exchange(table, written);
                    decision = counter.admit(NOON, limit, None);
                }
                admitted += u64::from(decision == Decision::Admitted);
            }
            assert!((limit..=limit + limit / 10 + 16).contains(&admitted), "{instances}: {admitted} of {limit}");
        }
    }

    #[test]
    fn an_instance_that_knows_nothing_asks_first_unless_it_is_alone() {
        assert_eq!(Counter::default().admit(NOON, 100, None), Decision::Stale);
        assert_eq!(Counter::default().admit(NOON, 100, Some(1)), Decision::Admitted);
        let mut counter = Counter::default();
        counter.exchange(Counts { minute: NOON / MINUTE_MS - 1, count: 1000, previous: 0 }, 0);
        assert!(matches!(counter.admit(NOON + 1, 100, None), Decision::Refused { .. }));
    }
}
