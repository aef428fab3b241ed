-- Undo of the file of the same number.
DROP FUNCTION job_board_body, api_key_body, session_body, permission_group_body, user_body, organization_body;
DROP TABLE board_directory, job_boards, link_directory, mailed_links, api_key_directory, api_keys, refresh_tokens, sessions,
    permission_assignments, permission_group_assignments, permission_groups, login_directory, credentials, users,
    organization_directory, organizations;
