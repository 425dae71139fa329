//! Finds the component that serves a path.

/// A route of the manifest: an exact path, or all paths below a prefix (`/…/...`).
#[derive(Debug)]
pub struct Route {
    pub raw: String,
    /// The raw route without its wildcard.
    pub prefix: String,
    wildcard: bool,
    /// The index of the component's handler.
    pub target: usize,
}

/// Exact routes first, then the longest prefix.
#[derive(Debug, Default)]
pub struct Routes(Vec<Route>);

impl Routes {
    pub fn new(routes: impl IntoIterator<Item = (String, usize)>) -> Self {
        let mut routes: Vec<Route> = routes
            .into_iter()
            .map(|(raw, target)| {
                let wildcard = raw.ends_with("/...");
                let prefix = raw.strip_suffix("/...").unwrap_or(&raw).trim_end_matches('/').to_owned();
                Route { raw, prefix, wildcard, target }
            })
            .collect();
        routes.sort_by_key(|r| (r.wildcard, std::cmp::Reverse(r.prefix.len())));
        Self(routes)
    }

    /// Returns the route of a path, and the part of the path that matches its wildcard.
    pub fn find<'p>(&self, path: &'p str) -> Option<(&Route, &'p str)> {
        self.0.iter().find_map(|route| {
            let rest = path.strip_prefix(route.prefix.as_str())?;
            match route.wildcard {
                true => (rest.is_empty() || rest.starts_with('/')).then_some((route, rest)),
                // As in Spin, a final slash makes no difference.
                false => rest.trim_end_matches('/').is_empty().then_some((route, "")),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Routes;

    #[test]
    fn the_longest_prefix_wins_and_exact_routes_come_first() {
        let routes = Routes::new([("/...".to_owned(), 0), ("/static/...".to_owned(), 1), ("/static/x".to_owned(), 2)]);
        let find = |path| routes.find(path).map(|(r, rest)| (r.target, rest));
        assert_eq!(find("/"), Some((0, "/")));
        assert_eq!(find("/statics"), Some((0, "/statics")));
        assert_eq!(find("/static"), Some((1, "")));
        assert_eq!(find("/static/a/b"), Some((1, "/a/b")));
        assert_eq!(find("/static/x"), Some((2, "")));
        assert_eq!(find("/static/x/"), Some((2, "")));
        assert!(Routes::new([("/a".to_owned(), 0)]).find("/b").is_none());
    }
}
