//! Has no code: its `Cargo.toml` gives the native packages equal features of their dependencies.
