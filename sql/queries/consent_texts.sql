-- Consent texts: what reads the texts that applicants are asked to consent to.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a body is the JSON of consent_text_body(); a list returns a row for each consent text.

-- name: find^
-- Finds one consent text, as it is or as it was in a version.
-- Takes: organization_id, consent_text_id, text_version
-- Returns: version and body; no row when there is none, or not in this version.
SELECT v.version, consent_text_body(jsonb_populate_record(t, to_jsonb(v)))::text AS body
FROM consent_texts AS t
JOIN consent_text_versions AS v ON v.organization_id = :organization_id AND v.consent_text_id = t.id
    AND v.version = coalesce(:text_version, t.version)
WHERE t.organization_id = :organization_id AND t.id = :consent_text_id;

-- name: find_active^
-- Finds the active consent text of a purpose in a language.
-- Takes: organization_id, purpose, language
-- Returns: version and body; no row when there is none.
-- Index: consent_texts_language_taken.
SELECT t.version, consent_text_body(t)::text AS body
FROM consent_texts AS t
WHERE t.organization_id = :organization_id AND t.purpose = :purpose AND t.language = :language
  AND t.status = 'active';

-- name: list
-- Lists consent texts, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, ids, purpose, status, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Budget: 52 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT consent_text_body(t)::text AS body
FROM consent_texts AS t
WHERE t.organization_id = :organization_id AND t.id < :before_id
  AND (:ids::uuid[] IS NULL OR t.id = ANY (:ids))
  AND (:purpose::text IS NULL OR t.purpose = :purpose)
  AND (:status::text IS NULL OR t.status = :status)
ORDER BY t.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists consent texts in the order of their last change; a filter that is NULL lets all pass.
-- Takes: organization_id, purpose, status, after_at, after_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 54 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT consent_text_body(t)::text AS body
FROM consent_texts AS t
WHERE t.organization_id = :organization_id AND (t.updated_at, t.id) > (:after_at, :after_id)
  AND t.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:purpose::text IS NULL OR t.purpose = :purpose)
  AND (:status::text IS NULL OR t.status = :status)
ORDER BY t.updated_at, t.id
LIMIT :row_limit;
