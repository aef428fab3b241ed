-- Trial notes: values of every kind, events, and statements that take their time.
-- Pool: primary.
-- Know first: of the tests only.

-- name: add^
-- Adds a note.
-- Takes: organization_id, event_id, note_id, key, body, labels, readers, facts, noted_at
WITH added_note AS (
    INSERT INTO trial_notes (organization_id, id, key, body, labels, readers, facts, noted_at)
    VALUES (:organization_id, :note_id, :key, :body, :labels, :readers, :facts, :noted_at)
    RETURNING id, key, body, labels, readers, facts, noted_at, version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id, aggregate_version)
    SELECT :organization_id, :event_id, '{}', :event_id, 'note.created', 'note', a.id, a.version
    FROM added_note AS a
    RETURNING id
)
SELECT a.id, a.key, a.body, a.labels, a.readers, a.facts, a.noted_at, a.version, e.id AS event_id
FROM added_note AS a, recorded_event AS e;

-- name: touch$
-- Raises a note's version.
-- Takes: organization_id, event_id, note_id
WITH touched_note AS (
    UPDATE trial_notes AS n SET version = n.version + 1
    WHERE n.organization_id = :organization_id AND n.id = :note_id
    RETURNING n.id, n.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id, aggregate_version)
    SELECT :organization_id, :event_id, '{}', :event_id, 'note.updated', 'note', t.id, t.version
    FROM touched_note AS t
)
SELECT t.version FROM touched_note AS t;

-- name: touch_slowly$
-- Raises a note's version, then sleeps.
-- Takes: organization_id, note_id, seconds
WITH touched_note AS (
    UPDATE trial_notes AS n SET version = n.version + 1
    WHERE n.organization_id = :organization_id AND n.id = :note_id
    RETURNING n.version
)
SELECT t.version FROM touched_note AS t, pg_sleep(:seconds);

-- name: sleep
-- Sleeps.
-- Takes: seconds
SELECT pg_sleep(:seconds);

-- name: fail
-- Divides by zero.
SELECT 1 / (random() * 0)::integer AS nothing;
