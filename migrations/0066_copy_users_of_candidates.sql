-- Why:   the applications of candidates who are users get these users; the triggers of 0065 keep them from then on.
-- Locks: applications, ROW EXCLUSIVE.
-- Undo:  0066_copy_users_of_candidates.down.sql changes nothing: 0065's takes the column away.

UPDATE applications AS a
SET candidate_user_id = c.user_id
FROM candidates AS c
WHERE c.organization_id = a.organization_id AND c.id = a.candidate_id AND c.user_id IS NOT NULL
  AND a.candidate_user_id IS DISTINCT FROM c.user_id;
