-- Why:   nothing calls post_body(posts) any more; it stood for the release before 0011, and shows pay to everybody.
-- Locks: none on tables.
-- Unused: since 0.1.0
-- Undo:  0029_drop_post_body_without_pay_filter.down.sql; nothing is lost.

DROP FUNCTION post_body(posts);
