-- Result links: how what a vendor found about a candidate is shown. Who sees the candidate sees all of them.

-- A result link.
CREATE OR REPLACE FUNCTION result_link_body(result_link result_links) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', result_link.id, 'candidate_id', result_link.candidate_id, 'label', result_link.label,
        'url', result_link.url, 'score', result_link.score, 'added_by', result_link.added_by,
        'created_at', as_utc(result_link.created_at)
    )
$$;
