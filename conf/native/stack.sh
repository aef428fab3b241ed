#!/usr/bin/env bash
# The native stack: PostgreSQL primary and replica, two Redis, RabbitMQ, and the service's own processes, run by an
# unprivileged user on loopback. `stack.sh VERB`, PROFILE=main (default) or test: two stacks that share nothing.
#
#   environment      write the environment files            up       start the servers (what runs is left alone)
#   status           what runs, where                       down     stop everything, prove that nothing is left
#   left             print what is left of the stack        erase    remove the data folder of a stopped stack
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
configuration=${scripts%/*}
checkout=${configuration%/*}

case ${PROFILE:=main} in
  main)
    STACK=hiring RABBITMQ_PLUGINS=yes folder_link=.run environments=$checkout/.envs
    ;;
  test) # without plugins RabbitMQ stops in 1 s instead of 6
    STACK=hiring-test RABBITMQ_PLUGINS=no folder_link=.run-test environments=$checkout/.envs/test
    PORT_BASE=${TEST_PORT_BASE:-16400} DEPLOYMENT=test DATA_DIR=${TEST_DATA_DIR:-}
    ;;
  *) echo "PROFILE is main or test, not $PROFILE" >&2 && exit 1 ;;
esac
environment_file=$environments/infra/.env

for part in where processes environment postgres redis rabbitmq; do
  # shellcheck source=/dev/null
  . "$scripts/$part.sh"
done

prepare() {
  make_environment_file
  load_environment
  postgres_binaries=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n1)
  decide_where "$checkout" "$folder_link"
  mark_processes
  derive_native_addresses
}

# one_at_a_time: two starts of one stack, or a start and a stop, wait for each other.
one_at_a_time() {
  as_service touch "$data_folder/.lock"
  exec 9<"$data_folder/.lock"
  flock -w 300 9 || fail "another make has been working on this stack for 5 minutes"
}

ports() { seq "$PORT_BASE" $((PORT_BASE + 9)); }

# check_ports: a stopped stack finds all its ports free; a running one runs on the ports it is asked for.
check_ports() {
  local taken
  if [ -n "$(our_processes)" ]; then
    [ "$(cat "$data_folder/port_base" 2>/dev/null)" = "$PORT_BASE" ] ||
      fail "the stack runs on PORT_BASE=$(cat "$data_folder/port_base"), not $PORT_BASE: stop it first"
    return
  fi
  mapfile -t taken < <(ports | xargs /usr/bin/python3 "$scripts/taken_ports.py")
  [ ${#taken[@]} = 0 ] || fail "ports in use by others: ${taken[*]}; choose another PORT_BASE in $environment_file"
  echo "$PORT_BASE" | write_as_service "$data_folder/port_base"
}

up() {
  as_service mkdir -p "$data_folder/logs" "$data_folder/pids"
  check_ports
  rabbitmq_up # the slowest goes first
  redis_up
  postgres_up
  redis_ready
  rabbitmq_ready
}

down() {
  local remains
  rabbitmq_down &
  postgres_down
  redis_down
  wait $!
  sweep
  remains=$(left)
  [ -z "$remains" ] || fail "$remains"
}

# left: proof of absence; no process of ours, nothing that listens on our ports.
left() {
  local pid port
  for pid in $(our_processes); do echo "left: process $pid $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c1-80)"; done
  for port in $(ports); do ! listens "$port" || echo "left: port $port"; done
}

status_of() {
  local pid state="not running"
  ! pid=$(pid_in "$2") || state="running   127.0.0.1:$3   pid $pid"
  say "$1" "$state"
}

status() {
  status_of "PostgreSQL primary" "$(postgres_folder primary)/postmaster.pid" "$POSTGRES_PRIMARY_PORT"
  status_of "PostgreSQL replica" "$(postgres_folder replica)/postmaster.pid" "$POSTGRES_REPLICA_PORT"
  status_of "Redis sessions" "$(redis_pid sessions)" "$REDIS_SESSIONS_PORT"
  status_of "Redis cache" "$(redis_pid cache)" "$REDIS_CACHE_PORT"
  status_of "RabbitMQ" "$data_folder/pids/rabbitmq.pid" "$RABBITMQ_PORT"
}

erase() {
  [ -z "$(our_processes)" ] || fail "the stack runs: stop it first"
  as_service find "$data_folder" -mindepth 1 -delete
}

# render_environment: the services' files, and one that a shell may source to reach this stack.
render_environment() {
  render_infrastructure
  render_application
  { sed 's/^/export /' "$environments/app/services/migrate.env" && echo "export HIRING_STACK_FOLDER='$data_folder'"; } |
    write_as_service "$data_folder/env"
}

verb=${1:-status}
[ $# = 0 ] || shift
prepare
case $verb in
  environment) render_environment ;;
  up)
    one_at_a_time
    render_environment
    up
    ;;
  down | erase)
    one_at_a_time
    "$verb"
    ;;
  status | left) "$verb" ;;
  rabbitmqctl) rabbitmq_control "$@" ;;
  *) fail "stack.sh: no verb $verb; its first lines name them" ;;
esac
