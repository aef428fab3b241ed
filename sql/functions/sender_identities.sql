-- Sender identities: how one is shown, and which of them a mail is sent from.

-- A sender identity.
CREATE OR REPLACE FUNCTION sender_identity_body(sender_identity sender_identities)
RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', sender_identity.id, 'name', sender_identity.name, 'email', sender_identity.email,
        'verified_at', as_utc(sender_identity.verified_at), 'status', sender_identity.status,
        'version', sender_identity.version, 'created_at', as_utc(sender_identity.created_at),
        'updated_at', as_utc(sender_identity.updated_at)
    )
$$;

-- The sender of a mail to a candidate: that of its template, or else that of the board which its application came
-- through; one that is archived or not verified is passed over. No row where there is none.
-- Rules: M14.
CREATE OR REPLACE FUNCTION sender_of(organization_id uuid, template_id uuid, application_id uuid)
RETURNS TABLE (name text, email text) LANGUAGE sql STABLE AS $$
    SELECT s.name, s.email
    FROM (
        SELECT t.sender_identity_id, 1 AS place
        FROM email_templates AS t
        WHERE t.organization_id = sender_of.organization_id AND t.id = sender_of.template_id
        UNION ALL
        SELECT b.sender_identity_id, 2
        FROM applications AS a
        JOIN posts AS p ON p.organization_id = sender_of.organization_id AND p.id = a.post_id
        JOIN job_boards AS b ON b.organization_id = sender_of.organization_id AND b.id = p.job_board_id
        WHERE a.organization_id = sender_of.organization_id AND a.id = sender_of.application_id
    ) AS named
    JOIN sender_identities AS s ON s.organization_id = sender_of.organization_id AND s.id = named.sender_identity_id
    WHERE s.status = 'active' AND s.verified_at IS NOT NULL
    ORDER BY named.place
    LIMIT 1
$$;
