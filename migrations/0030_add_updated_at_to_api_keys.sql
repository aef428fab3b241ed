-- Why:   keys are listed in the order of their last change, like everything else.
-- Locks: api_keys, ACCESS EXCLUSIVE, briefly: the default is the moment of this migration, kept once for all rows.
-- Undo:  0030_add_updated_at_to_api_keys.down.sql; only the moments are lost.

ALTER TABLE api_keys ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN api_keys.updated_at IS 'When it was made, rotated or revoked last; using it changes nothing. Older keys: when this column came.';

CREATE OR REPLACE FUNCTION api_key_body(api_key api_keys) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', api_key.id, 'user_id', api_key.user_id, 'name', api_key.name, 'prefix', api_key.prefix,
    'permissions', api_key.permissions, 'rotated_from', api_key.rotated_from, 'created_at', api_key.created_at,
    'updated_at', api_key.updated_at, 'expires_at', api_key.expires_at, 'last_used_at', api_key.last_used_at,
    'revoked_at', api_key.revoked_at
);
