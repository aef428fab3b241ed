-- Why:   an organization writes to its candidates from addresses of its own, once each has proven to be its own.
-- Locks: organizations, SHARE ROW EXCLUSIVE, briefly: it is referred to by a table that is empty.
-- Undo:  0122_create_sender_identities.down.sql drops the table, with the data.

CREATE TABLE sender_identities (
    organization_id uuid NOT NULL
        CONSTRAINT sender_identities_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    name text NOT NULL,
    email text NOT NULL CONSTRAINT sender_identities_email_is_address CHECK (email LIKE '%_@_%'),
    verified_at timestamptz,
    status text NOT NULL DEFAULT 'active'
        CONSTRAINT sender_identities_status_known CHECK (status IN ('active', 'archived')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT written_at(),
    PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX sender_identities_email_taken ON sender_identities (organization_id, email)
    WHERE status = 'active';
CREATE INDEX sender_identities_by_updated_at ON sender_identities (organization_id, updated_at, id);
ALTER TABLE sender_identities ALTER organization_id SET (n_distinct = 2);
COMMENT ON TABLE sender_identities IS 'Names and addresses that an organization writes to candidates from.';
COMMENT ON COLUMN sender_identities.email IS 'E-mail address in lower case; it never changes.';
COMMENT ON COLUMN sender_identities.verified_at IS 'When a link that was mailed to the address was used; NULL before, and no mail is sent from it then.';

CREATE CONSTRAINT TRIGGER sender_identities_renew_vocabulary
    AFTER INSERT OR UPDATE OR DELETE ON sender_identities
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_vocabulary_version();

GRANT SELECT, INSERT, UPDATE ON sender_identities TO hiring_command;
GRANT SELECT ON sender_identities TO hiring_query, hiring_worker;
