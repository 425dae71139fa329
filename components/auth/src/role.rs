//! Roles, as the database and the tokens contain them.

use crate::contract::Role;

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::SuperAdmin => "super_admin",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Member, Self::SuperAdmin].into_iter().find(|role| role.as_str() == text)
    }
}
