-- What a primary needs before its first migration. May run again: it adds what is missing.
-- The service's own roles come from `hiring migrate roles`.
\set ON_ERROR_STOP on
-- Containers get the password as a file.
\getenv replication_password REPLICATION_PASSWORD
\getenv replication_password_file REPLICATION_PASSWORD_FILE
\if :{?replication_password_file}
\set replication_password `cat "$REPLICATION_PASSWORD_FILE"`
\endif
\getenv database HIRING_DATABASE

SELECT format('CREATE ROLE replicator LOGIN REPLICATION PASSWORD %L', :'replication_password')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'replicator')
\gexec

SELECT pg_create_physical_replication_slot('replica1', true)
 WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = 'replica1')
\g (format=unaligned) /dev/null

SELECT format('CREATE DATABASE %I', :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database')
\gexec

-- It sees the statements of every database, and the service's own stays as its migrations made it.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
