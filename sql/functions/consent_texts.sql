-- Consent texts as they are shown, and which of them a form asks for.

-- A consent text.
CREATE OR REPLACE FUNCTION consent_text_body(consent_text consent_texts) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', consent_text.id, 'purpose', consent_text.purpose, 'language', consent_text.language,
        'text', consent_text.text, 'is_required', consent_text.is_required, 'status', consent_text.status,
        'version', consent_text.version, 'created_at', as_utc(consent_text.created_at),
        'updated_at', as_utc(consent_text.updated_at)
    )
$$;

-- The texts that a form in a language asks applicants to consent to: for each purpose the active one in this language,
-- or else the one in the language of the organization.
-- Rules: G3.
CREATE OR REPLACE FUNCTION asked_consent_texts(organization_id uuid, language text)
RETURNS SETOF consent_texts LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (t.purpose) t.*
    FROM consent_texts AS t
    JOIN organizations AS o ON o.organization_id = asked_consent_texts.organization_id
    WHERE t.organization_id = asked_consent_texts.organization_id AND t.status = 'active'
      AND t.language IN (asked_consent_texts.language, o.language)
    ORDER BY t.purpose, t.language <> asked_consent_texts.language
$$;

-- Those texts, as an application is checked against them.
CREATE OR REPLACE FUNCTION asked_consents(organization_id uuid, language text)
RETURNS TABLE (consents jsonb) LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(
        jsonb_build_object('id', t.id, 'version', t.version, 'is_required', t.is_required) ORDER BY t.purpose
    ), '[]')
    FROM asked_consent_texts(asked_consents.organization_id, asked_consents.language) AS t
$$;

-- Those texts, as the form shows them.
CREATE OR REPLACE FUNCTION shown_consent_texts(organization_id uuid, language text)
RETURNS TABLE (consent_texts json) LANGUAGE sql STABLE AS $$
    SELECT coalesce(json_agg(json_build_object(
        'id', t.id, 'purpose', t.purpose, 'version', t.version, 'text', t.text, 'is_required', t.is_required
    ) ORDER BY t.purpose), '[]')
    FROM asked_consent_texts(shown_consent_texts.organization_id, shown_consent_texts.language) AS t
$$;
