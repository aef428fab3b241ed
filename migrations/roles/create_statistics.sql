-- Makes the statistics of statements readable, for every database of the server, in the
-- maintenance database: the service's own schema stays as its migrations made it.
CREATE EXTENSION IF NOT EXISTS pg_stat_statements
