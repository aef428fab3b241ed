-- Pay disclosure rules: what reads the laws on pay.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: the table is the same for every tenant and has some dozens of rows, which migrations write.

-- name: list_all$
-- Lists all laws on pay by place and first day, as one JSON text.
SELECT coalesce(json_agg(pay_disclosure_rule_body(r) ORDER BY r.place, r.begins_on), '[]')::text
FROM pay_disclosure_rules AS r;
