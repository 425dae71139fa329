//! The steps of a random run: the actions of the devices, and how the link delivers their requests.

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// The error of a device's clock.
#[derive(Debug, Clone, Copy)]
pub enum ClockSkew {
    DayBehind,
    Right,
    DayAhead,
    /// Later than the clock of the server, which then uses its own time.
    Future,
}

/// How the link delivers a request and its answer.
#[derive(Debug, Clone, Copy)]
pub enum Delivery {
    Normal,
    RequestLost,
    AnswerLost,
    /// The request arrives after a later `Release`.
    RequestHeld,
    /// The answer arrives after a later `Release`.
    AnswerHeld,
    Twice,
    /// The request arrives at once, and a copy of it after a later `Release`.
    CopyHeld,
}

#[derive(Debug, Clone)]
pub enum Action {
    Create,
    /// Sets fields, which are given by number. `None` removes a field. An edit of a deleted record restores it.
    Edit(Vec<(usize, Option<u8>)>),
    Delete,
    /// Synchronises with this many operations of the outbox.
    Sync(usize, Delivery),
    /// The link delivers something that it holds.
    Release,
}

#[derive(Debug, Clone)]
pub struct Step {
    pub device: usize,
    /// The record, counted from the newest; or the held request or answer.
    pub which: usize,
    /// The seconds of the device's clock, which may go back.
    pub second: u8,
    pub action: Action,
}

#[derive(Debug, Clone)]
pub struct Run {
    pub skews: Vec<ClockSkew>,
    pub steps: Vec<Step>,
}

fn action() -> impl Strategy<Value = Action> {
    use Delivery::*;
    let delivery = prop_oneof![
        4 => Just(Normal), 1 => Just(RequestLost), 2 => Just(AnswerLost), 2 => Just(RequestHeld),
        1 => Just(AnswerHeld), 1 => Just(Twice), 1 => Just(CopyHeld)
    ];
    let take = prop_oneof![3 => Just(usize::MAX), 1 => 0_usize..4];
    prop_oneof![
        1 => Just(Action::Create),
        8 => vec((0_usize..5, prop::option::weighted(0.85, 0_u8..5)), 1..=3).prop_map(Action::Edit),
        2 => Just(Action::Delete),
        6 => (take, delivery).prop_map(|(take, delivery)| Action::Sync(take, delivery)),
        1 => Just(Action::Release),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    (0_usize..60, 0_usize..6, 0_u8..30, action()).prop_map(|(device, which, second, action)| Step {
        device,
        which,
        second,
        action,
    })
}

/// Random runs with these numbers of devices and steps.
pub fn runs(
    devices: std::ops::RangeInclusive<usize>,
    steps: std::ops::RangeInclusive<usize>,
) -> impl Strategy<Value = Run> {
    let skew = prop_oneof![
        1 => Just(ClockSkew::DayBehind), 3 => Just(ClockSkew::Right),
        1 => Just(ClockSkew::DayAhead), 1 => Just(ClockSkew::Future)
    ];
    (vec(skew, devices), vec(step(), steps)).prop_map(|(skews, steps)| Run { skews, steps })
}

/// A runner that draws the same runs for the same seed.
pub fn runner(cases: u32, shrink: u32, seed: u32) -> TestRunner {
    let config = Config { cases, max_shrink_iters: shrink, failure_persistence: None, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}
