-- The state of an organization's vocabularies.

-- What two readers have in common who read the same words: a version that every change renews (triggers of migration
-- 0069), `none` where no word has changed since there are versions.
CREATE OR REPLACE FUNCTION vocabulary_state(organization_id uuid)
RETURNS TABLE (state text) LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (
            SELECT v.version::text
            FROM vocabulary_versions AS v
            WHERE v.organization_id = vocabulary_state.organization_id
        ),
        'none'
    )
$$;
