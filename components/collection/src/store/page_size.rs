//! How many records a page has: as many as were asked for, or as fit into its bytes.

/// A common table `page_size(n)`: the number of records of a page of at most `limit` records and `max_bytes` bytes.
/// There is at least one. `from` selects the records from the page's beginning on, in its order:
/// `FROM … WHERE … ORDER BY …`.
///
/// Most collections are small, or have no document so large that a page of that many could be too large. Then nothing
/// is read: the counters of `collections` suffice. Else SQLite reads the lengths of the documents.
pub fn page_size(limit: &str, max_bytes: &str, from: &str) -> String {
    format!(
        "page_size (n) AS MATERIALIZED (SELECT CASE
            WHEN documents <= {max_bytes} OR largest * {limit} <= {max_bytes} THEN {limit}
            ELSE max(1, (SELECT count(*) FROM (
                SELECT sum(bytes) OVER (ROWS UNBOUNDED PRECEDING) AS total FROM (
                    SELECT octet_length(doc) AS bytes {from} LIMIT {limit}))
                WHERE total <= {max_bytes}))
            END
            FROM collections WHERE user_id = ?1)"
    )
}
