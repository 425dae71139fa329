//! The users of Discogs: a collection in folders, and a list of wants.

use super::Pressing;

/// The folder that holds every copy, and the one for copies without a folder of the user's own.
pub const ALL: u64 = 0;
pub const UNCATEGORIZED: u64 = 1;

/// The numbers of the fields that every user has.
pub const MEDIA_CONDITION: u64 = 1;
pub const SLEEVE_CONDITION: u64 = 2;
pub const NOTES: u64 = 3;

#[derive(Debug, Clone)]
pub struct Account {
    pub username: String,
    /// The user's personal token.
    pub token: Option<String>,
    /// Whether only the user may see the collection and the wants.
    pub is_private: bool,
    /// Id and name of each folder but "All".
    pub folders: Vec<(u64, String)>,
    /// Number and name of each field.
    pub fields: Vec<(u64, String)>,
    pub copies: Vec<OwnedCopy>,
    pub wants: Vec<Want>,
    next_instance: u64,
}

/// A copy of a release in a collection.
#[derive(Debug, Clone)]
pub struct OwnedCopy {
    pub instance_id: u64,
    pub release_id: u64,
    pub folder_id: u64,
    /// 1 to 5; 0 without one.
    pub rating: u32,
    /// Such as `2020-05-14T10:32:01-07:00`.
    pub date_added: String,
    /// Number of the field, and value.
    pub notes: Vec<(u64, String)>,
}

#[derive(Debug, Clone)]
pub struct Want {
    pub release_id: u64,
    pub rating: u32,
    pub notes: String,
    pub date_added: String,
}

/// A copy that was added to a collection by a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    pub username: String,
    pub folder_id: u64,
    pub release_id: u64,
    pub instance_id: u64,
}

impl Account {
    /// A user with an empty, public collection.
    pub fn new(username: &str) -> Self {
        let field = |(number, name): (u64, &str)| (number, name.to_owned());
        Self {
            username: username.to_owned(),
            token: None,
            is_private: false,
            folders: vec![(UNCATEGORIZED, "Uncategorized".to_owned())],
            fields: [(MEDIA_CONDITION, "Media Condition"), (SLEEVE_CONDITION, "Sleeve Condition"), (NOTES, "Notes")]
                .map(field)
                .into(),
            copies: vec![],
            wants: vec![],
            // Each user's instances have numbers of their own.
            next_instance: 1_000_000
                + username.bytes().fold(0, |sum, byte| (sum * 31 + u64::from(byte)) % 9_000) * 100_000,
        }
    }

    pub fn with_token(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    pub fn private(self) -> Self {
        Self { is_private: true, ..self }
    }

    /// Owns a copy of each release, some of them twice, with folders, ratings, conditions and notes.
    pub fn with_copies<'a>(mut self, releases: impl IntoIterator<Item = &'a Pressing>) -> Self {
        const FOLDERS: [(u64, &str); 3] = [(101, "Jazz"), (102, "Living room"), (103, "To sell")];
        const GRADES: [&str; 3] = ["Near Mint (NM or M-)", "Very Good Plus (VG+)", "Very Good (VG)"];
        self.folders.extend(FOLDERS.map(|(id, name)| (id, name.to_owned())));
        for (pressing, index) in releases.into_iter().zip(0u64..) {
            let copies = if index % 50 == 49 { 2 } else { 1 };
            for _ in 0..copies {
                let folder =
                    [UNCATEGORIZED, FOLDERS[0].0, FOLDERS[1].0, FOLDERS[2].0][usize::try_from(index % 4).unwrap_or(0)];
                let copy = self.add(pressing.id, folder);
                copy.rating = u32::try_from(index % 6).unwrap_or_default();
                copy.date_added = date(index);
                let grade = |number: u64| GRADES[usize::try_from(number % 3).unwrap_or_default()].to_owned();
                copy.notes = vec![(MEDIA_CONDITION, grade(index)), (SLEEVE_CONDITION, grade(index + 1))];
                if index % 7 == 3 {
                    copy.notes.push((NOTES, format!("Bought at a fair, box {}", index % 30)));
                }
            }
        }
        self
    }

    /// Wants each release.
    pub fn with_wants<'a>(mut self, releases: impl IntoIterator<Item = &'a Pressing>) -> Self {
        let want = |(pressing, index): (&Pressing, u64)| Want {
            release_id: pressing.id,
            rating: u32::try_from(index % 6).unwrap_or_default(),
            notes: if index % 3 == 0 { "first pressing only".to_owned() } else { String::new() },
            date_added: date(index),
        };
        self.wants.extend(releases.into_iter().zip(0..).map(want));
        self
    }

    /// Adds a copy to a folder.
    pub fn add(&mut self, release_id: u64, folder_id: u64) -> &mut OwnedCopy {
        let instance_id = self.next_instance;
        self.next_instance += 1;
        self.copies.push(OwnedCopy {
            instance_id,
            release_id,
            folder_id,
            rating: 0,
            date_added: date(instance_id),
            notes: vec![],
        });
        self.copies.last_mut().expect("the copy that was pushed")
    }

    /// The copies in a folder; `None` if there is no such folder.
    pub fn in_folder(&self, folder: u64) -> Option<Vec<&OwnedCopy>> {
        let exists = folder == ALL || self.folders.iter().any(|(id, _)| *id == folder);
        exists.then(|| self.copies.iter().filter(|copy| folder == ALL || copy.folder_id == folder).collect())
    }
}

/// A day and a time of the last years, later for a greater number.
fn date(number: u64) -> String {
    let minutes = number % 500_000;
    let (day, minute) = (minutes / 144, minutes % 144 * 10);
    let (year, month, day) = (2015 + day / 336, day / 28 % 12 + 1, day % 28 + 1);
    format!("{year}-{month:02}-{day:02}T{:02}:{:02}:00-07:00", minute / 60, minute % 60)
}
