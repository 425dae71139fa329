//! What happens in a run: which device does what, and what the link does to it.

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// How a device's clock goes.
#[derive(Debug, Clone, Copy)]
pub enum Skew {
    DayBehind,
    Right,
    DayAhead,
    /// Later than the server's, which counts as the server's.
    Future,
}

/// What the link does to a request and its answer.
#[derive(Debug, Clone, Copy)]
pub enum Fate {
    Through,
    RequestLost,
    AnswerLost,
    /// Arrives after a later `Release`.
    RequestHeld,
    AnswerHeld,
    Twice,
    /// Arrives, and a copy of it after a later `Release`.
    CopyHeld,
}

#[derive(Debug, Clone)]
pub enum Act {
    Create,
    /// Fields by number, and their values; None removes one. Of a deleted record: a revival.
    Edit(Vec<(usize, Option<u8>)>),
    Delete,
    /// With the first so many operations of the outbox.
    Sync(usize, Fate),
    /// The link lets something go that it holds.
    Release,
}

#[derive(Debug, Clone)]
pub struct Step {
    pub device: usize,
    /// Which record, counted from the newest; which held thing.
    pub which: usize,
    /// What the device's clock says; it may go back.
    pub second: u8,
    pub act: Act,
}

#[derive(Debug, Clone)]
pub struct Run {
    pub skews: Vec<Skew>,
    pub steps: Vec<Step>,
}

fn act() -> impl Strategy<Value = Act> {
    use Fate::*;
    let fate = prop_oneof![
        4 => Just(Through), 1 => Just(RequestLost), 2 => Just(AnswerLost), 2 => Just(RequestHeld),
        1 => Just(AnswerHeld), 1 => Just(Twice), 1 => Just(CopyHeld)
    ];
    prop_oneof![
        1 => Just(Act::Create),
        8 => vec((0_usize..5, prop::option::weighted(0.85, 0_u8..5)), 1..=3).prop_map(Act::Edit),
        2 => Just(Act::Delete),
        6 => (prop_oneof![3 => Just(usize::MAX), 1 => 0_usize..4], fate).prop_map(|(take, fate)| Act::Sync(take, fate)),
        1 => Just(Act::Release),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    (0_usize..60, 0_usize..6, 0_u8..30, act()).prop_map(|(device, which, second, act)| Step {
        device,
        which,
        second,
        act,
    })
}

/// Runs of so many devices and steps.
pub fn runs(
    devices: std::ops::RangeInclusive<usize>,
    steps: std::ops::RangeInclusive<usize>,
) -> impl Strategy<Value = Run> {
    let skew = prop_oneof![
        1 => Just(Skew::DayBehind), 3 => Just(Skew::Right), 1 => Just(Skew::DayAhead), 1 => Just(Skew::Future)
    ];
    (vec(skew, devices), vec(step(), steps)).prop_map(|(skews, steps)| Run { skews, steps })
}

/// Draws the same runs whenever the seed is the same.
pub fn runner(cases: u32, shrink: u32, seed: u32) -> TestRunner {
    let config = Config { cases, max_shrink_iters: shrink, failure_persistence: None, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}
