# shellcheck shell=bash
# PostgreSQL primary and streaming replica. Sourced by stack.sh.

postgres_folder() { echo "$data_folder/postgres/$1"; }

# superuser_psql PORT ARGUMENT…: psql as the superuser, quiet, values only.
superuser_psql() {
  local port=$1
  shift
  PGPASSWORD=$POSTGRES_PASSWORD PGCONNECT_TIMEOUT=5 \
    "$postgres_binaries/psql" -qXAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -U postgres "$@"
}

install_postgres_configuration() {
  local file
  as_service mkdir -p "$data_folder/postgres/conf"
  for file in common primary replica pg_hba; do
    write_as_service "$data_folder/postgres/conf/$file.conf" <"$configuration/postgres/$file.conf"
  done
}

# create_primary: a new cluster, complete or not there at all.
create_primary() {
  local folder password
  folder=$(postgres_folder primary)
  [ ! -s "$folder/PG_VERSION" ] || return 0
  password=$data_folder/postgres/password
  as_service rm -rf "$folder.new"
  printf %s "$POSTGRES_PASSWORD" | write_as_service "$password"
  as_service initdb -D "$folder.new" -U postgres -A scram-sha-256 --pwfile="$password" -E UTF8 --locale=C.UTF-8 \
    --data-checksums 2>&1 | write_as_service "$data_folder/logs/initdb.log" || fail "initdb: $data_folder/logs/initdb.log"
  as_service rm -f "$password"
  as_service mv "$folder.new" "$folder"
}

postgres_running() { running "postgres-$1" "$(postgres_folder "$1")/postmaster.pid"; }

stop_postgres() { stop "postgres-$1" INT "$(postgres_folder "$1")/postmaster.pid"; }

accepts() { "$postgres_binaries/pg_isready" -q -h 127.0.0.1 -p "$1"; }

# is_collected FILE: the process that the pid file names is no zombie: PostgreSQL takes one for a server that runs.
is_collected() {
  local pid
  pid=$(head -n1 "$1" 2>/dev/null) || return 0
  [ -z "$pid" ] || ! is_zombie "$pid"
}

# start_postgres NAME PORT [OPTION…]: primary or replica.
start_postgres() {
  local configured=$data_folder/postgres/conf
  postgres_running "$1" || {
    stop_postgres "$1"
    wait_until 30 is_collected "$(postgres_folder "$1")/postmaster.pid" ||
      fail "PostgreSQL $1 was killed, and its parent does not collect it"
    # mmap: systemd may remove a login user's POSIX shared memory at logout
    start_detached "postgres-$1" INT /dev/null postgres -D "$(postgres_folder "$1")" -c "config_file=$configured/$1.conf" \
      -c "hba_file=$configured/pg_hba.conf" -c "port=$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
      -c dynamic_shared_memory_type=mmap -c "cluster_name=$STACK-$1" "${@:3}"
  }
  wait_until 60 accepts "$2" || fail "PostgreSQL $1 does not start: $data_folder/logs/postgres-$1.log"
}

bootstrap_primary() {
  REPLICATION_PASSWORD=$REPLICATION_PASSWORD HIRING_DATABASE=$POSTGRES_DATABASE \
    superuser_psql "$POSTGRES_PRIMARY_PORT" -d postgres -f "$configuration/postgres/bootstrap.sql" 2>&1 |
    { grep -v 'already exists, skipping' >&2 || true; }
}

# slot_serves: whether the primary still keeps what the replica needs.
slot_serves() {
  superuser_psql "$POSTGRES_PRIMARY_PORT" -d postgres -c \
    "SELECT wal_status FROM pg_replication_slots WHERE slot_name = 'replica1'" | grep -qxE 'reserved|extended|unreserved'
}

drop_replica() {
  local folder
  folder=$(postgres_folder replica)
  stop_postgres replica
  as_service rm -rf "$folder" "$folder.new"
  superuser_psql "$POSTGRES_PRIMARY_PORT" -d postgres -o /dev/null -c \
    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'replica1' AND NOT active"
}

clone_replica() {
  local folder
  folder=$(postgres_folder replica)
  as_service rm -rf "$folder.new"
  as_service env PGPASSFILE="$data_folder/postgres/passwords" pg_basebackup -h 127.0.0.1 -p "$POSTGRES_PRIMARY_PORT" \
    -U replicator -D "$folder.new" -R -S replica1 -X stream -c fast
  as_service mv "$folder.new" "$folder"
}

# prepare_replica: a replica that is missing, or whose slot is gone, is cloned; a promoted one is somebody's data.
prepare_replica() {
  local folder
  folder=$(postgres_folder replica)
  printf '127.0.0.1:*:*:replicator:%s\n' "$REPLICATION_PASSWORD" | write_as_service "$data_folder/postgres/passwords"
  if [ -s "$folder/PG_VERSION" ]; then
    [ -e "$folder/standby.signal" ] || fail "$folder was promoted and may hold what the primary lacks: see docs/runbook.md"
    ! slot_serves || return 0
    say "PostgreSQL replica" "its replication slot is lost: cloning it again"
  fi
  drop_replica
  bootstrap_primary
  clone_replica
}

streaming() {
  superuser_psql "$POSTGRES_PRIMARY_PORT" -d postgres -c "SELECT state FROM pg_stat_replication" | grep -qx streaming
}

postgres_up() {
  ! { postgres_running primary && postgres_running replica && slot_serves && streaming; } || return 0
  install_postgres_configuration
  create_primary
  start_postgres primary "$POSTGRES_PRIMARY_PORT"
  superuser_psql "$POSTGRES_PRIMARY_PORT" -d postgres -c '' ||
    fail "the primary was created with another POSTGRES_PASSWORD than $environment_file has"
  bootstrap_primary
  prepare_replica
  # said at each start: the stack may run on other ports, or in another folder, than when the replica was cloned
  start_postgres replica "$POSTGRES_REPLICA_PORT" -c "primary_conninfo=host=127.0.0.1 port=$POSTGRES_PRIMARY_PORT \
user=replicator passfile=$data_folder/postgres/passwords"
  wait_until 30 streaming || fail "the replica does not stream: $data_folder/logs/postgres-replica.log"
}

postgres_down() {
  stop_postgres replica
  stop_postgres primary
}
