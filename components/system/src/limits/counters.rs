//! The counters of one instance, by subject.

use std::collections::HashMap;

use super::counter::{Counter, Counts, Decision};

/// A subject as the table `request_counts` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub class: i64,
    pub id: i64,
}

/// The most subjects that an instance counts, about 300 kB. A client with many addresses can fill it.
const MAX_SUBJECTS: usize = 4096;
/// The most subjects of one statement.
const MAX_WRITTEN: usize = 1000;
const FLUSH_EVERY_MS: u64 = 5000;
#[derive(Default)]
pub struct Counters {
    by_key: HashMap<Key, Counter>,
    flush_at: u64,
    alone_until: u64,
    alone_part: u64,
    pub is_flushing: bool,
}

impl Counters {
    /// Returns the decision, and whether the counts should be written.
    pub fn admit(&mut self, key: Key, now_ms: u64, limit: u64) -> (Decision, bool) {
        if self.by_key.len() >= MAX_SUBJECTS && !self.by_key.contains_key(&key) {
            self.make_room(now_ms / 60_000, limit);
        }
        let alone = (now_ms < self.alone_until).then_some(self.alone_part);
        let decision = self.by_key.entry(key).or_default().admit(now_ms, limit, alone);
        let is_due = decision == Decision::Admitted && now_ms >= self.flush_at && alone.is_none();
        if is_due {
            self.flush_at = now_ms + FLUSH_EVERY_MS;
        }
        (decision, is_due)
    }

    pub fn own(&self, key: Key) -> u64 {
        self.by_key.get(&key).map_or(0, Counter::own)
    }

    /// The requests to be written. A subject with a single one is left out, unless it is `wanted`: so a client with
    /// very many addresses does not fill the table.
    pub fn unwritten(&self, wanted: Option<Key>) -> Vec<(Key, u64)> {
        let wanted_first = wanted.map(|key| (key, self.own(key))).filter(|(_, own)| *own > 0);
        let others = self.by_key.iter().map(|(key, counter)| (*key, counter.own()));
        let others = others.filter(|(key, own)| *own > 1 && Some(*key) != wanted);
        wanted_first.into_iter().chain(others).take(MAX_WRITTEN).collect()
    }

    pub fn exchange(&mut self, key: Key, found: Counts, written: u64) {
        if let Some(counter) = self.by_key.get_mut(&key) {
            counter.exchange(found, written);
        }
    }

    /// Does without the database for a while, and admits one part in so many of each limit meanwhile.
    pub fn be_alone(&mut self, until_ms: u64, part: u64) {
        (self.alone_until, self.alone_part) = (until_ms, part);
    }

    /// Removes the counters that are far from their limit; if these are too few, all.
    fn make_room(&mut self, minute: u64, limit: u64) {
        self.by_key.retain(|_, counter| !counter.is_light(minute, limit));
        if self.by_key.len() > MAX_SUBJECTS / 2 {
            self.by_key.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_with_very_many_addresses_neither_fills_the_memory_nor_hides_a_heavy_one() {
        let (mut counters, now) = (Counters::default(), 1_795_000_000_000);
        counters.be_alone(now + 1, 1);
        let heavy = Key { class: 0, id: -1 };
        let found = Counts { minute: now / 60_000, count: 100, previous: 0 };
        counters.by_key.entry(heavy).or_default().exchange(found, 0);
        for id in 0..50_000 {
            counters.admit(Key { class: 0, id }, now, 100);
            assert!(counters.by_key.len() <= MAX_SUBJECTS);
        }
        assert!(matches!(counters.admit(heavy, now, 100).0, Decision::Refused { .. }));
        assert!(counters.unwritten(None).len() <= MAX_WRITTEN);
    }

    #[test]
    fn the_counts_are_written_every_five_seconds() {
        let (mut counters, now) = (Counters::default(), 1_795_000_000_000);
        let key = Key { class: 2, id: 1 };
        counters.by_key.entry(key).or_default().exchange(Counts::default(), 0);
        let due = |counters: &mut Counters, now| counters.admit(key, now, 1_000_000).1;
        assert!(due(&mut counters, now));
        assert!(!due(&mut counters, now + 1));
        assert_eq!(counters.unwritten(None), [(key, 2)]);
        assert!(due(&mut counters, now + FLUSH_EVERY_MS));
    }
}
