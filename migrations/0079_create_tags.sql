-- Why:    tags become words of the organization, which is asked for once and renamed in one place; until now each
--         candidate had texts of their own.
-- Locks:  organizations, SHARE ROW EXCLUSIVE, briefly; candidates, ACCESS EXCLUSIVE, briefly.
-- Blocks: a column with a default, triggers and keys of an empty table are made at once, whatever the size of the table.
-- Undo:   0079_create_tags.down.sql drops both tables and the column, with the data; candidates.tags has what the release
--         before wrote.

CREATE TABLE tags (
    organization_id uuid NOT NULL
        CONSTRAINT tags_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    name text NOT NULL,
    status text NOT NULL DEFAULT 'active'
        CONSTRAINT tags_status_known CHECK (status IN ('active', 'archived')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT written_at(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT tags_name_taken UNIQUE (organization_id, name)
);
CREATE INDEX tags_by_updated_at ON tags (organization_id, updated_at, id);
ALTER TABLE tags ALTER organization_id SET (n_distinct = 2);
COMMENT ON TABLE tags IS 'The organization''s own words to group candidates by.';

CREATE CONSTRAINT TRIGGER tags_renew_vocabulary
    AFTER INSERT OR UPDATE OR DELETE ON tags
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_vocabulary_version();

ALTER TABLE candidates ADD COLUMN tag_ids uuid[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN candidates.tag_ids IS 'The tags that the candidate has, each once, in no order; triggers keep candidate_tags like it.';

CREATE TABLE candidate_tags (
    organization_id uuid NOT NULL,
    tag_id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    PRIMARY KEY (organization_id, tag_id, candidate_id),
    CONSTRAINT candidate_tags_tag_id_exists FOREIGN KEY (organization_id, tag_id) REFERENCES tags (organization_id, id),
    CONSTRAINT candidate_tags_candidate_id_exists
        FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id)
);
ALTER TABLE candidate_tags ALTER organization_id SET (n_distinct = 2);
COMMENT ON TABLE candidate_tags IS 'Who has a tag: what candidates.tag_ids says, to find candidates by. Triggers write it, and nothing else does.';

CREATE FUNCTION link_tags_of_candidate() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM candidate_tags AS k
        WHERE k.organization_id = NEW.organization_id AND k.candidate_id = NEW.id
          AND k.tag_id = ANY (OLD.tag_ids) AND k.tag_id <> ALL (NEW.tag_ids);
    END IF;
    INSERT INTO candidate_tags (organization_id, tag_id, candidate_id)
    SELECT NEW.organization_id, n.id, NEW.id
    FROM unnest(NEW.tag_ids) AS n (id)
    ON CONFLICT (organization_id, tag_id, candidate_id) DO NOTHING;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION link_tags_of_candidate() IS 'Makes candidate_tags say what candidates.tag_ids says.';
CREATE TRIGGER candidates_link_new_tags
    AFTER INSERT ON candidates
    FOR EACH ROW WHEN (NEW.tag_ids <> '{}')
    EXECUTE FUNCTION link_tags_of_candidate();
CREATE TRIGGER candidates_link_changed_tags
    AFTER UPDATE ON candidates
    FOR EACH ROW WHEN (OLD.tag_ids <> NEW.tag_ids)
    EXECUTE FUNCTION link_tags_of_candidate();

-- The release before goes on writing texts until it is stopped.
COMMENT ON COLUMN candidates.tags IS 'Tags as texts, as the release before wrote them; tag_ids has them. A later release drops the column with its triggers.';
CREATE FUNCTION name_tags_of_candidate() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    INSERT INTO tags (organization_id, id, name)
    SELECT NEW.organization_id, uuid_v7(), n.name
    FROM unnest(NEW.tags) AS n (name)
    ON CONFLICT (organization_id, name) DO NOTHING;
    NEW.tag_ids := array(
        SELECT t.id
        FROM tags AS t
        WHERE t.organization_id = NEW.organization_id AND t.name = ANY (NEW.tags)
    );
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION name_tags_of_candidate() IS 'Gives a candidate the tags whose names candidates.tags has, and makes those that there are not yet.';
CREATE TRIGGER candidates_name_new_tags
    BEFORE INSERT ON candidates
    FOR EACH ROW WHEN (NEW.tags <> '{}')
    EXECUTE FUNCTION name_tags_of_candidate();
CREATE TRIGGER candidates_name_changed_tags
    BEFORE UPDATE OF tags ON candidates
    FOR EACH ROW WHEN (OLD.tags <> NEW.tags)
    EXECUTE FUNCTION name_tags_of_candidate();

GRANT SELECT, INSERT, UPDATE ON tags TO hiring_command;
GRANT SELECT, INSERT, DELETE ON candidate_tags TO hiring_command;
GRANT SELECT ON tags, candidate_tags TO hiring_query;
