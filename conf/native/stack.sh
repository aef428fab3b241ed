#!/usr/bin/env bash
# The native stack: PostgreSQL primary and replica, two Redis, RabbitMQ, ClickHouse, and the service's own processes, run
# by an unprivileged user on loopback. `stack.sh VERB`, PROFILE=main (default) or test: two stacks that share nothing.
# TEST_STACK names a further one of the tests', TEST_PORT_BASE its ports.
#
#   packages                  install Debian's packages and ClickHouse's engine
#   install                   these and the Python environment
#   build                     the Python environment afresh   welcome   where everything is
#   demo                      fill the demo organization; nothing in production
#   environment KIND          write the environment files: infrastructure or application
#   check-environment         say what is wrong with the file that an operator edits
#   up                        start the servers; what runs is left alone
#   application-up, -down     start or stop mail catcher, API and worker
#   application-restart       with the code as it is now; the API loses no request
#   down                      stop everything, and prove that nothing is left
#   status, left              what runs, where; what is left of the stack
#   erase                     empty the data folder of a stopped stack
#   hiring SERVICE ARGUMENT…  a command of the service with the environment of SERVICE (api, worker, cli, migrate)
#   benchmark SERVICE NAME ARGUMENT…  a module of the benchmarks with the environment of SERVICE
#   foreground NAME…          API, worker or both in this terminal instead of the background
#   sql-catalog [FILE]        the page about every statement, for /docs/sql or into a file
#   console SERVER ROLE       psql          redis INSTANCE …, rabbitmqctl …, clickhouse [SQL]
#   replication-status, replication-lag, replication-test, monitor SERVER, audit
#   logs NAME…, log SERVER [full]
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
configuration=${scripts%/*}
checkout=${configuration%/*}

case ${PROFILE:=main} in
  main)
    STACK=hiring RABBITMQ_PLUGINS=yes KEEP_RUNNING=yes folder_link=.run environments=$checkout/.envs
    ports_are_chosen_by="PORT_BASE or HTTP_PORT in $environments/infra/.env"
    ;;
  test) # without plugins RabbitMQ stops in 1 s instead of 6; what a test kills stays dead until it starts it again
    STACK=hiring-test RABBITMQ_PLUGINS=no KEEP_RUNNING=${TEST_KEEP_RUNNING:-no}
    folder_link=.run-test${TEST_STACK:+-$TEST_STACK}
    environments=${TEST_ENVIRONMENTS:-$checkout/.envs/test${TEST_STACK:+-$TEST_STACK}}
    PORT_BASE=${TEST_PORT_BASE:-16400} DEPLOYMENT=test DATA_DIR=${TEST_DATA_DIR:-}
    ports_are_chosen_by='TEST_PORT_BASE, such as TEST_PORT_BASE=17400 make test'
    ;;
  *) echo "PROFILE is main or test, not $PROFILE" >&2 && exit 1 ;;
esac
environment_file=$environments/infra/.env

for part in stack/{flow,environment,console,audit,sql_catalog} native/{where,processes,postgres,redis,rabbitmq,clickhouse,application}; do
  # shellcheck source=/dev/null
  . "$configuration/$part.sh"
done

prepare() {
  make_environment_file
  load_environment
  postgres_binaries=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n1)
  decide_where "$checkout" "$folder_link"
  mark_processes
  derive_native_addresses
  cd /
}

# one_at_a_time: two starts of one stack, or a start and a stop, wait for each other.
one_at_a_time() {
  as_service touch "$data_folder/.lock"
  exec 9<"$data_folder/.lock"
  flock -w 300 9 || fail "another make has been working on this stack for 5 minutes"
}

ports() { seq "$PORT_BASE" $((PORT_BASE + 10)); }

# all_ports: the API's too, where this profile has one.
all_ports() {
  ports
  [ "$PROFILE" = test ] || echo "$HTTP_PORT"
}

# check_ports: a stopped stack finds all its ports free; a running one runs on the ports it is asked for.
check_ports() {
  local taken
  if [ -n "$(our_processes)" ]; then
    [ "$(cat "$data_folder/port_base" 2>/dev/null)" = "$PORT_BASE" ] ||
      fail "the stack runs on PORT_BASE=$(cat "$data_folder/port_base"), not $PORT_BASE: stop it first"
    return
  fi
  mapfile -t taken < <(all_ports | xargs /usr/bin/python3 "$scripts/taken_ports.py")
  [ ${#taken[@]} = 0 ] || fail "ports in use by others: ${taken[*]}; choose others by $ports_are_chosen_by"
  echo "$PORT_BASE" | write_as_service "$data_folder/port_base"
}

up() {
  as_service mkdir -p "$data_folder/logs" "$data_folder/pids"
  write_as_service "$data_folder/keep_running.sh" <"$scripts/keep_running.sh"
  check_ports
  rabbitmq_up # the slowest goes first
  clickhouse_up
  redis_up
  postgres_up
  redis_ready
  clickhouse_ready
  rabbitmq_ready
}

down() {
  local remains
  # Where nothing of ours runs, what listens on our ports is somebody else's.
  if [ -n "$(our_processes)" ]; then
    application_down
    rabbitmq_down &
    clickhouse_down &
    postgres_down
    redis_down
    wait
    sweep
    remains=$(left)
    [ -z "$remains" ] || fail "$remains"
  fi
  echo "$STACK: stopped, nothing is left"
}

# left: proof of absence; no process of ours, nothing that listens on our ports.
left() {
  local pid port
  for pid in $(our_processes); do echo "left: process $pid $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c1-80)"; done
  for port in $(ports); do ! listens "$port" || echo "left: port $port"; done
}

status_of() {
  local pid state="not running"
  ! pid=$(pid_in "$2") || state="running   pid $pid${3:+   127.0.0.1:$3}"
  say "$1" "$state"
}

status() {
  status_of "PostgreSQL primary" "$(postgres_folder primary)/postmaster.pid" "$POSTGRES_PRIMARY_PORT"
  status_of "PostgreSQL replica" "$(postgres_folder replica)/postmaster.pid" "$POSTGRES_REPLICA_PORT"
  status_of "Redis sessions" "$data_folder/pids/redis-sessions.pid" "$REDIS_SESSIONS_PORT"
  status_of "Redis cache" "$data_folder/pids/redis-cache.pid" "$REDIS_CACHE_PORT"
  status_of "RabbitMQ" "$data_folder/pids/rabbitmq.pid" "$RABBITMQ_PORT"
  [ "$ANALYTICS" = 0 ] || status_of "ClickHouse" "$data_folder/pids/clickhouse.pid" "$CLICKHOUSE_PORT"
  status_of "mail catcher" "$data_folder/pids/mail-catcher.pid" "$CATCHER_PORT"
  status_of "API" "$data_folder/pids/api.pid" "$HTTP_PORT"
  status_of "worker" "$data_folder/pids/worker.pid"
}

erase() {
  [ -z "$(our_processes)" ] || fail "the stack runs: stop it first"
  find "$data_folder" -mindepth 1 -delete # as the user who asks: tests that root ran have left files of root
}

render_environment() {
  render_infrastructure
  render_application
  shell_environment | write_as_service "$data_folder/env"
}

run_psql() {
  local server=$1 role=$2 port=$POSTGRES_PRIMARY_PORT
  shift 2
  [ "$server" = primary ] || port=$POSTGRES_REPLICA_PORT
  "$postgres_binaries/psql" -X -h 127.0.0.1 -p "$port" -U "$role" "$@"
}

run_redis() {
  local port=$REDIS_SESSIONS_PORT password=$REDIS_SESSIONS_PASSWORD
  [ "$1" = sessions ] || port=$REDIS_CACHE_PORT password=$REDIS_CACHE_PASSWORD
  shift
  REDISCLI_AUTH=$password redis-cli -p "$port" "$@"
}

run_rabbitmqctl() { rabbitmq_control "$@"; }

audit_environment() {
  local free level=ok
  free=$(df --output=avail -BM "$data_folder" | tail -n1 | tr -d ' M')
  [ "$free" -gt 1024 ] || level=bad
  echo "environment|$level|data folder|$data_folder, $((free / 1024)) GB free, run by $service_user"
  # shellcheck disable=SC2016 # dpkg-query's own placeholders
  echo "environment|ok|packages|$(dpkg-query -W -f='${Package} ${Version}, ' postgresql-15 redis-server rabbitmq-server |
    sed 's/, $//')"
}

# age_of PID: seconds since its start, without ps, which a bare Debian need not have.
age_of() {
  awk -v hertz="$(getconf CLK_TCK)" -v start="$(started_at "$1")" '{ print int($1 - start / hertz) }' /proc/uptime
}

keep_page() {
  write_as_service "$data_folder/sql-catalog.html" <"$1"
  echo "$data_folder/sql-catalog.html"
}

process_lines() {
  local name pid
  for name in worker mail-catcher; do
    if pid=$(pid_in "$data_folder/pids/$name.pid"); then echo "services|ok|$name|pid $pid, up $(age_of "$pid") s"
    else echo "services|bad|$name|not running"; fi
  done
}

# foreground NAME…: API, worker or both in this terminal until Ctrl-C, instead of those in the background.
foreground() {
  local name
  for name in "$@"; do stop "$name" TERM; done
  decide_code
  # Jobs of a script ignore Ctrl-C: they are told.
  # shellcheck disable=SC2016 # expanded when it is interrupted
  end_on_interrupt 'kill $(jobs -p) 2>/dev/null || true; wait'
  for name in "$@"; do
    (with_environment "$environments/app/services/$name.env" "$python" -m hiring "$name") &
    record $! "$data_folder/pids/$name.pid"
  done
  wait
}

logs() {
  end_on_interrupt
  if [ $# = 0 ]; then set -- "$data_folder"/logs/*.log; else set -- "${@/#/$data_folder/logs/}"; set -- "${@/%/.log}"; fi
  tail -n "${LINES_BEFORE:-50}" -F "$@"
}

log() {
  end_on_interrupt
  if [ "${2:-}" = full ]; then tail -n +1 -F "$data_folder/logs/postgres-$1.log"
  else tail -n 200 -F "$data_folder/logs/postgres-$1.log" | names_only; fi
}

verb=${1:-status}
[ $# = 0 ] || shift
case $verb in packages | install | build) "$scripts/packages.sh" ;; esac
prepare
case $verb in
  packages) install_clickhouse ;;
  install)
    install_clickhouse &
    "$scripts/virtual_environment.sh" "$checkout/.venv" --development
    wait $!
    ;;
  build)
    export FRESH=1
    install_clickhouse &
    "$scripts/virtual_environment.sh" "$checkout/.venv" --development
    wait $!
    ;;
  environment) "render_${1:?infrastructure or application}" ;;
  check-environment) check_environment ;;
  up)
    one_at_a_time
    render_environment
    up
    ;;
  application-up | application-restart)
    one_at_a_time
    render_environment
    "${verb//-/_}"
    ;;
  down | erase | application-down)
    one_at_a_time
    "${verb//-/_}"
    ;;
  redis) run_redis "$@" ;;
  rabbitmqctl) rabbitmq_control "$@" ;;
  clickhouse) clickhouse "$@" ;;
  replication-lag) report primary replication_lag ;;
  hiring | benchmark | status | left | demo | welcome | foreground | console | replication-status | replication-test | monitor | audit | logs | log | \
    sql-catalog)
    "${verb//-/_}" "$@"
    ;;
  *) fail "stack.sh: no verb $verb; its first lines name them" ;;
esac
