#!/usr/bin/env bash
# Starts the replica's container: clones the primary when there is nothing yet or the replication slot is lost.
set -euo pipefail

folder=/var/lib/postgresql/data/cluster
primary=postgres-primary
PGPASSWORD=$(cat "$REPLICATION_PASSWORD_FILE")
export PGPASSWORD

of_primary() { psql -qXAt -h "$primary" -U replicator -d postgres -c "$1"; }

if [ -s "$folder/PG_VERSION" ] && [ ! -e "$folder/standby.signal" ]; then
  echo "this replica was promoted and may hold what the primary lacks: see docs/runbook.md" >&2
  exit 1
fi
# A primary that does not answer ends the script here, and Docker starts it again: nothing is thrown away for that.
wal_status=$(of_primary "SELECT wal_status FROM pg_replication_slots WHERE slot_name = 'replica1'")
if [ ! -s "$folder/PG_VERSION" ] || [ -z "$wal_status" ] || [ "$wal_status" = lost ]; then
  rm -rf "$folder" "$folder.new"
  of_primary "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'replica1'"
  of_primary "SELECT pg_create_physical_replication_slot('replica1', true)"
  pg_basebackup -h "$primary" -U replicator -D "$folder.new" -R -S replica1 -X stream -c fast
  mv "$folder.new" "$folder"
fi
unset PGPASSWORD
exec postgres -D "$folder" -c config_file=/etc/postgresql/replica.conf -c hba_file=/etc/postgresql/pg_hba.conf \
  -c listen_addresses='*' -c cluster_name=hiring-replica
