-- Why:   an application can be assigned to the user who looks after it, one by one and by bulk operations.
-- Locks: applications, ACCESS EXCLUSIVE, briefly: a column without a default, and a key that is not validated; users,
--        SHARE ROW EXCLUSIVE, briefly; bulk_operations, ACCESS EXCLUSIVE, briefly: what is added is not validated.
-- Undo:  0125_add_assignee_to_applications.down.sql; who was assigned is lost, and so are the operations that assigned.

ALTER TABLE applications ADD COLUMN assignee_id uuid;
COMMENT ON COLUMN applications.assignee_id IS 'The user who looks after the application.';
ALTER TABLE applications ADD CONSTRAINT applications_assignee_id_exists
    FOREIGN KEY (organization_id, assignee_id) REFERENCES users (organization_id, id) NOT VALID;

-- What takes its place has its name, and refuses all that it refused but one.
-- squawk-ignore ban-drop-constraint
ALTER TABLE bulk_operations DROP CONSTRAINT bulk_operations_action_known;
ALTER TABLE bulk_operations ADD CONSTRAINT bulk_operations_action_known
    CHECK (action IN ('assign', 'message', 'move', 'reject', 'set_fields', 'tag', 'untag')) NOT VALID;
