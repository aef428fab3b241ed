-- Why:   the texts that candidates had as tags become tags of their organization, which these candidates have; the triggers
--        of 0072 keep what the release before writes from then on.
-- Locks: tags and candidates, ROW EXCLUSIVE: rows of candidates who have tags alone.
-- Undo:  0080_link_tags_of_candidates.down.sql; what changed since is lost, for candidates.tags has the texts of before.
-- statement_timeout: 10min

INSERT INTO tags (organization_id, id, name)
SELECT n.organization_id, uuid_v7(), n.name
FROM (
    SELECT DISTINCT c.organization_id, n.name
    FROM candidates AS c, unnest(c.tags) AS n (name)
) AS n
ON CONFLICT (organization_id, name) DO NOTHING;
UPDATE candidates AS c
SET tag_ids = array(
        SELECT t.id
        FROM tags AS t
        WHERE t.organization_id = c.organization_id AND t.name = ANY (c.tags)
    )
WHERE c.tags <> '{}' AND c.tag_ids = '{}';
