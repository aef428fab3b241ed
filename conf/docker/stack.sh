#!/usr/bin/env bash
# The same stack in containers (docker-compose.yml), with the same verbs as conf/native/stack.sh.
# PROFILE=main (default) or test: two projects that share nothing. The test profile runs only the servers; pytest
# reaches them over their published ports.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
configuration=${scripts%/*}
checkout=${configuration%/*}

case ${PROFILE:=main} in
  main) STACK=hiring folder_link=.run environments=$checkout/.envs ;;
  test)
    STACK=hiring-test folder_link=.run-test environments=$checkout/.envs/test
    PORT_BASE=${TEST_PORT_BASE:-16400} DEPLOYMENT=test
    ;;
  *) echo "PROFILE is main or test, not $PROFILE" >&2 && exit 1 ;;
esac
environment_file=$environments/infra/.env
data_folder=$checkout/$folder_link
servers=(postgres-primary postgres-replica redis-sessions redis-cache rabbitmq)

for part in flow environment console audit sql_catalog; do
  # shellcheck source=/dev/null
  . "$configuration/stack/$part.sh"
done

compose() { docker compose --project-name "$STACK" --file "$checkout/docker-compose.yml" "${profiles[@]}" "$@"; }

# prepare: ports for Compose and for clients on this machine. The services' own files have the containers' addresses.
prepare() {
  docker info >/dev/null 2>&1 || fail "INFRA=docker, but no Docker engine answers; INFRA=native needs none"
  docker compose version >/dev/null 2>&1 || fail "INFRA=docker, but this Docker has no compose; INFRA=native needs none"
  make_environment_file
  load_environment
  derive_native_addresses
  export ENVIRONMENTS=$environments HTTP_PORT
  profiles=()
  [ "$catches_mail" = no ] || profiles=(--profile mail-catcher)
  cd "$checkout"
}

render_all() (
  [ "$PROFILE" = test ] || derive_container_addresses
  render_infrastructure
  render_application
  [ "$PROFILE" = main ] || (umask 077 && shell_environment >"$data_folder/env")
)

# wanted: the services of this profile beside the servers.
wanted() {
  [ "$PROFILE" = test ] || printf '%s\n' api worker
  [ "$PROFILE" = test ] || [ "$catches_mail" = no ] || echo mail-catcher
}

up() {
  mkdir -p "$data_folder"
  render_all
  compose up --detach --wait "${servers[@]}"
}

application_up() {
  local services
  render_all
  mapfile -t services < <(wanted)
  compose up --detach --wait "${services[@]}"
}

application_down() { compose stop api worker mail-catcher; }

down() {
  compose --profile commands down --remove-orphans
  left
  echo "$STACK: stopped, nothing is left"
}

left() {
  local names
  names=$(containers '{{.Names}}')
  [ -z "$names" ] || fail "left: containers $names"
}

erase() { compose --profile commands down --volumes --remove-orphans; }

install() {
  if [ "$PROFILE" = test ]; then "$configuration/native/virtual_environment.sh" .venv --development
  elif ! docker image inspect hiring-api hiring-worker >/dev/null 2>&1; then compose build api worker; fi
}

hiring() {
  local service=$1
  shift
  case $service in
    api) compose exec -T api python -m hiring "$@" ;;
    *) COMPOSE_PROGRESS=quiet compose run --rm "$service" "$@" ;;
  esac
}

in_container() {
  local terminal=()
  [ -t 0 ] && [ -t 1 ] || terminal=(-T)
  compose exec "${terminal[@]}" "$@"
}

run_psql() {
  local server=$1 role=$2
  shift 2
  in_container -e PGPASSWORD -e PROBE_ID "postgres-$server" psql -X -h 127.0.0.1 -U "$role" "$@"
}

run_redis() {
  local instance=$1 password=$REDIS_SESSIONS_PASSWORD
  [ "$instance" = sessions ] || password=$REDIS_CACHE_PASSWORD
  shift
  REDISCLI_AUTH=$password in_container -e REDISCLI_AUTH "redis-$instance" redis-cli "$@"
}

run_rabbitmqctl() { compose exec -T rabbitmq rabbitmqctl -q "$@"; }

# foreground NAME…: in this terminal until Ctrl-C, instead of the container in the background.
foreground() {
  compose stop "$@"
  end_on_interrupt
  compose up --no-deps "$@"
}

logs() {
  end_on_interrupt
  compose logs --follow --tail "${LINES_BEFORE:-50}" "$@"
}

log() {
  end_on_interrupt
  if [ "${2:-}" = full ]; then compose logs --no-log-prefix --follow "postgres-$1"
  else compose logs --no-log-prefix --follow --tail 200 "postgres-$1" | names_only; fi
}

# keep_page FILE: also into the API's own folder, where it runs.
keep_page() {
  mkdir -p "$data_folder"
  cp "$1" "$data_folder/sql-catalog.html"
  if [ -n "$(compose ps --quiet api)" ]; then in_container api sh -c 'cat >/data/sql-catalog.html' <"$1"; fi
  echo "$data_folder/sql-catalog.html"
}

# containers FORMAT [FILTER…]: the engine's own list of this project's containers.
containers() {
  local format=$1 filters=(--filter "label=com.docker.compose.project=$STACK")
  shift
  docker ps --all "${filters[@]}" "$@" --format "$format"
}

audit_environment() {
  echo "environment|ok|Docker|engine $(docker version --format '{{.Server.Version}}'), project $STACK"
  echo "environment|ok|images|$(containers '{{.Image}}' | sort -u | paste -sd' ')"
}

process_lines() {
  local service state
  while read -r service; do
    [ "$service" != api ] || continue
    state=$(containers '{{.Status}}' --filter "label=com.docker.compose.service=$service")
    case $state in Up*) echo "services|ok|$service|$state" ;; *) echo "services|bad|$service|${state:-not running}" ;; esac
  done < <(wanted)
}

verb=${1:-status}
[ $# = 0 ] || shift
prepare
case $verb in
  packages) ;;
  build) compose build api worker ;;
  environment) render_all ;;
  check-environment) check_environment ;;
  hiring) hiring "$@" ;;
  redis) run_redis "$@" ;;
  rabbitmqctl) run_rabbitmqctl "$@" ;;
  replication-lag) report primary replication_lag ;;
  status) compose ps ;;
  install | up | down | erase | application-up | application-down | left | welcome | foreground | console | replication-status | \
    replication-test | monitor | audit | logs | log | sql-catalog)
    "${verb//-/_}" "$@"
    ;;
  *) fail "stack.sh: no verb $verb" ;;
esac
