-- Counts the requests of others correctly when responses arrive in another order than Discogs counted the requests.
-- Owner: discogs-proxy.
DROP TRIGGER discogs_settled;

-- Updates the budget from a response that names the limit. The requests that Discogs counted (its header lags by one)
-- and this installation did not are those of others. Whether Discogs has counted our requests without a response yet is
-- unknown: within that uncertainty, the previous figure stays. A response may arrive after those of later requests, and
-- then states too few; so the greatest figure of the last 6 seconds counts, the longest that a request can take.
CREATE TRIGGER discogs_settled AFTER UPDATE OF counts_until ON discogs_requests
WHEN NEW.used IS NOT NULL OR NEW.silence IS NOT NULL
BEGIN
    INSERT INTO discogs_budget (id, ceiling, others, others_until, blocked_until)
    VALUES (
        1, NEW.ceiling,
        max(0, coalesce(
            (SELECT max(used) + 1 FROM discogs_requests WHERE counts_until > NEW.counts_until - 6000), 0) - (
            SELECT count(*) FROM discogs_requests
            WHERE counts_until > NEW.counts_until - 60000 AND counts_until <= NEW.counts_until)),
        NEW.counts_until,
        coalesce(NEW.counts_until - 60000 + NEW.silence, 0))
    ON CONFLICT (id) DO UPDATE SET
        ceiling       = coalesce(excluded.ceiling, ceiling),
        others        = CASE WHEN NEW.used IS NULL THEN others ELSE
            min(excluded.others, max(
                iif(others_until > NEW.counts_until - 60000, others, 0),
                NEW.used + 1 - (SELECT count(*) FROM discogs_requests WHERE counts_until > NEW.counts_until - 60000)))
            END,
        others_until  = CASE WHEN NEW.used IS NULL THEN others_until ELSE excluded.others_until END,
        blocked_until = max(blocked_until, excluded.blocked_until);
END;
