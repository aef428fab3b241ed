-- Undo of the file of the same number.

DROP TRIGGER permission_assignments_change_principal ON permission_assignments;
DROP TRIGGER permission_group_assignments_change_principal ON permission_group_assignments;
DROP TRIGGER permission_groups_change_principal ON permission_groups;
DROP TRIGGER api_keys_change_principal ON api_keys;
DROP TRIGGER users_change_principal ON users;
DROP TRIGGER sessions_deletion_changes_principal ON sessions;
DROP TRIGGER sessions_change_principal ON sessions;
DROP FUNCTION record_principal_change();
DROP TABLE principal_changes;
