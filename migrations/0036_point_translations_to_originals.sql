-- Why:   a translation of a translation evades the rule of one post for each language; it points to the original now.
-- Locks: posts, ROW EXCLUSIVE.
-- Undo:  0036_point_translations_to_originals.down.sql; nothing is lost, and what a post was translated from stays forgotten.

-- Of several posts in one language the one that pointed to the original stays its translation, else a published one,
-- else the oldest; the others become originals of their own.
WITH RECURSIVE family AS (
    SELECT p.organization_id, p.id, p.id AS original_id
    FROM posts AS p
    WHERE p.translation_of IS NULL
    UNION ALL
    SELECT p.organization_id, p.id, f.original_id
    FROM family AS f
    JOIN posts AS p ON p.organization_id = f.organization_id AND p.translation_of = f.id
),
ranked_post AS (
    SELECT p.organization_id, p.id, f.original_id, row_number() OVER (
               PARTITION BY p.organization_id, f.original_id, p.language
               ORDER BY p.id = f.original_id DESC, p.translation_of = f.original_id DESC, p.status = 'published' DESC, p.id
           ) AS place
    FROM family AS f
    JOIN posts AS p ON p.organization_id = f.organization_id AND p.id = f.id
)
UPDATE posts AS p
SET translation_of = CASE WHEN r.place = 1 THEN r.original_id END, version = p.version + 1,
    updated_at = clock_timestamp()
FROM ranked_post AS r
WHERE p.organization_id = r.organization_id AND p.id = r.id AND p.id <> r.original_id
  AND p.translation_of IS DISTINCT FROM CASE WHEN r.place = 1 THEN r.original_id END;
