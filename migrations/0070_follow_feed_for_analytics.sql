-- Why:    ClickHouse gets every event of the feed; how far it has come is a watermark beside the relay's.
-- Locks:  feed_watermarks, ROW EXCLUSIVE, for a row.
-- Undo:   0070_follow_feed_for_analytics.down.sql drops the watermark; facts in ClickHouse stay.

INSERT INTO feed_watermarks (name) VALUES ('analytics');
