//! What the routes share.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::extract::Path;

use super::{Account, Addition, Credentials, Pressing, catalogue, image, rate_limit::Window};
use crate::server::lock;

pub struct DiscogsState {
    /// In the order of ids.
    pub pressings: Vec<Pressing>,
    pub window: Mutex<Window>,
    /// Set as soon as the server listens.
    pub url: Mutex<String>,
    pub seller_settings: Mutex<bool>,
    /// How often the signatures of image addresses were replaced.
    pub signed: AtomicU64,
    /// By user name, in lower case.
    pub accounts: Mutex<BTreeMap<String, Account>>,
    pub additions: Mutex<Vec<Addition>>,
    pub revoked: Mutex<BTreeSet<String>>,
    /// Releases that are no longer there: merged into the release with this id, or removed.
    pub moved: Mutex<HashMap<u64, Option<u64>>>,
    /// Releases whose image is an HTML page.
    pub html_images: Mutex<BTreeSet<u64>>,
}

impl DiscogsState {
    pub fn new(generated: usize) -> Self {
        Self {
            pressings: catalogue(generated),
            window: Mutex::default(),
            url: Mutex::default(),
            seller_settings: Mutex::new(true),
            signed: AtomicU64::new(0),
            accounts: Mutex::default(),
            additions: Mutex::default(),
            revoked: Mutex::default(),
            moved: Mutex::default(),
            html_images: Mutex::default(),
        }
    }

    /// The pressing whose id is in the path, unless it was merged or removed.
    pub fn pressing(&self, Path(id): &Path<String>) -> Option<&Pressing> {
        let id: u64 = id.parse().ok()?;
        self.pressing_by_id(id).filter(|_| !lock(&self.moved).contains_key(&id))
    }

    pub fn pressing_by_id(&self, id: u64) -> Option<&Pressing> {
        let index = self.pressings.binary_search_by_key(&id, |pressing| pressing.id).ok()?;
        self.pressings.get(index)
    }

    /// The signed address of a pressing's image, or that of the spacer if the pressing has no image.
    pub fn image(&self, pressing: &Pressing, size: u32) -> String {
        let url = lock(&self.url);
        if pressing.has_image() {
            format!("{url}{}", image::path(pressing.id, size, self.signed.load(Ordering::Relaxed)))
        } else {
            format!("{url}/images/spacer.gif")
        }
    }

    /// The same; empty for a request without credentials.
    pub fn shown_image(&self, pressing: &Pressing, size: u32, credentials: Credentials) -> String {
        if credentials == Credentials::None { String::new() } else { self.image(pressing, size) }
    }
}
