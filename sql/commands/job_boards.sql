-- Job boards: public lists of posts.
-- Pool: primary.
-- Know first: board_directory finds a board by its slug and has no tenant.

-- name: add^
-- Adds a board; without a language it has the organization's.
-- Takes: stamp, job_board_id, slug, name, language, allowed_origins, post_url_template, portal_url_template,
--     required_fields, sender_identity_id
-- Returns: the refusal, the board and its event.
-- Rules: B23, S1, M13.
WITH given_sender AS (
    SELECT s.id
    FROM sender_identities AS s
    WHERE s.organization_id = :organization_id AND s.id = :sender_identity_id AND s.status = 'active'
      AND s.verified_at IS NOT NULL
    FOR SHARE
),
judged_board AS (
    SELECT CASE
        WHEN :sender_identity_id::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM given_sender)
            THEN unfit('/sender_identity_id', 'unknown_reference')
    END AS refusal
),
added_board AS (
    INSERT INTO job_boards AS b (organization_id, id, slug, name, language, allowed_origins, post_url_template,
                                 portal_url_template, required_fields, sender_identity_id)
    SELECT :organization_id, :job_board_id, :slug, :name, coalesce(:language, o.language), :allowed_origins,
           :post_url_template, :portal_url_template, :required_fields, :sender_identity_id
    FROM judged_board AS g, organizations AS o
    WHERE o.organization_id = :organization_id AND g.refusal IS NULL
    RETURNING b AS job_board, b.id, b.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'job_board', b.id, b.version,
        jsonb_build_object('change', 'created')
    ) AS event_id
),
listed_board AS (
    INSERT INTO board_directory (slug, organization_id, job_board_id)
    SELECT :slug, :organization_id, x.id FROM added_board AS x
)
SELECT g.refusal::text AS refusal, x.id, x.version, job_board_body(x.job_board)::text AS body, x.event_id
FROM judged_board AS g
LEFT JOIN added_board AS x ON true;

-- name: update^
-- Changes the fields that a merge patch names; the slug stays, because links contain it.
-- Takes: stamp, job_board_id, changes, expected_versions
-- Returns: the refusal, the board as it is now, its event.
-- Rules: S1, M13.
WITH locked_board AS (
    SELECT b AS job_board, b.id, b.version, b.sender_identity_id
    FROM job_boards AS b
    WHERE b.organization_id = :organization_id AND b.id = :job_board_id
    FOR NO KEY UPDATE
),
named_sender AS (
    SELECT (:changes::jsonb ->> 'sender_identity_id')::uuid AS id
),
given_sender AS (
    SELECT s.id
    FROM named_sender AS n
    JOIN sender_identities AS s ON s.organization_id = :organization_id AND s.id = n.id
    WHERE s.status = 'active' AND s.verified_at IS NOT NULL
    FOR SHARE OF s
),
judged_board AS (
    SELECT CASE
        WHEN n.id IS DISTINCT FROM l.sender_identity_id AND n.id IS NOT NULL AND g.id IS NULL
            THEN unfit('/sender_identity_id', 'unknown_reference')
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_board AS l
    CROSS JOIN named_sender AS n
    LEFT JOIN given_sender AS g ON true
),
updated_board AS (
    UPDATE job_boards AS b
    SET (name, language, allowed_origins, post_url_template, portal_url_template, required_fields,
         sender_identity_id) = (
            SELECT n.name, n.language, n.allowed_origins, n.post_url_template, n.portal_url_template,
                   n.required_fields, n.sender_identity_id
            FROM jsonb_populate_record(l.job_board, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_board AS g, locked_board AS l
    WHERE b.organization_id = :organization_id AND b.id = l.id AND g.refusal IS NULL
      AND l.job_board IS DISTINCT FROM jsonb_populate_record(l.job_board, :changes)
    RETURNING b AS job_board, b.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'job_board', b.id, b.version,
        jsonb_build_object('change', 'updated', 'fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       job_board_body(coalesce(x.job_board, l.job_board))::text AS body, x.event_id
FROM locked_board AS l
CROSS JOIN judged_board AS g
LEFT JOIN updated_board AS x ON true;
