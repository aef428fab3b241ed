#!/usr/bin/env bash
# The same stack in containers (docker-compose.yml), with the same verbs as conf/native/stack.sh. The machine needs
# Docker with compose, and nothing else that a Linux lacks.
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
images_of=(POSTGRES_IMAGE REDIS_IMAGE RABBITMQ_IMAGE CLICKHOUSE_IMAGE PYTHON_IMAGE)
images=(api worker)

for part in flow environment console audit sql_catalog; do
  # shellcheck source=/dev/null
  . "$configuration/stack/$part.sh"
done

compose() { docker compose --project-name "$STACK" --file "$checkout/docker-compose.yml" "${profiles[@]}" "$@"; }

# prepare: ports for Compose and for clients on this machine, then every file that docker-compose.yml names: Compose
# reads the whole of it for whatever it is asked.
prepare() {
  docker info >/dev/null 2>&1 || fail "INFRA=docker, but no Docker engine answers; INFRA=native needs none"
  docker compose version >/dev/null 2>&1 || fail "INFRA=docker, but this Docker has no compose; INFRA=native needs none"
  make_environment_file
  load_environment
  derive_native_addresses
  cd "$checkout"
  decide_owner
  export ENVIRONMENTS=$environments STACK_FOLDER=$data_folder HTTP_PORT OWNER=$owner
  VERSION=$(sed -n 's/^VERSION = "\(.*\)"/\1/p' hiring/__init__.py)
  REVISION=$(git describe --always --dirty --abbrev=40 2>/dev/null) || REVISION=
  export VERSION REVISION
  profiles=()
  [ "$catches_mail" = no ] || profiles+=(--profile mail-catcher)
  [ "$ANALYTICS" = 0 ] || { profiles+=(--profile analytics) && servers+=(clickhouse); }
  render_all
}

# decide_owner: who owns the mails that are caught, as user and group: the owner of the checkout, and for root the user
# of the images.
decide_owner() {
  owner=$(id -u):$(id -g)
  [ "$(id -u)" != 0 ] || owner=$(stat -c %u:%g "$checkout")
  [ "${owner%%:*}" != 0 ] || owner=10001:10001
}

render_all() {
  mkdir -p "$data_folder"
  render_configuration
  render_secrets
  if [ "$PROFILE" = main ]; then
    (derive_container_addresses && secrets_as=files && render_infrastructure && render_application)
    mkdir -p "$data_folder/mail"
    [ "$(id -u)" != 0 ] || chown "$owner" "$data_folder/mail"
  else # pytest runs on this machine
    (secrets_as=files && render_infrastructure)
    render_application
    keep "$data_folder/env" 600 "$(shell_environment)"$'\n'
  fi
}

# render_configuration: copies of what the servers' containers mount, which their users can read whatever the umask of
# the checkout was: install gives folders and files their modes itself. Only a changed file is replaced: a container keeps
# the one that it was started with.
render_configuration() {
  local source target
  for source in "$configuration"/{postgres,redis,rabbitmq}/* "$configuration"/clickhouse/*.xml \
    "$configuration/docker/start-replica.sh"; do
    target=$data_folder/conf/${source#"$configuration"/}
    cmp -s "$source" "$target" || install -D -m 644 "$source" "$target"
  done
}

# wanted: the services of this profile beside the servers.
wanted() {
  [ "$PROFILE" = test ] || printf '%s\n' api worker
  [ "$PROFILE" = test ] || [ "$catches_mail" = no ] || echo mail-catcher
}

# build [NAME…]: images of the code as it is. What has not changed is taken from the cache, in a second.
build() { compose build "${@:-${images[@]}}"; }

# build_quietly: the same before a command that runs the code; only what fails is said.
build_quietly() { compose build --quiet "${images[@]}"; }

# build_for PLATFORMS NAME…: images for other processors, too, each a file in dist/ that registries and engines take.
build_for() {
  local platforms=$1 name
  shift
  mkdir -p dist
  for name in "$@"; do
    docker buildx build --platform "$platforms" --target "$name" --output "type=oci,dest=dist/hiring-$name.tar" \
      --build-arg PYTHON_IMAGE="$PYTHON_IMAGE" --build-arg VERSION="$VERSION" --build-arg REVISION="$REVISION" . ||
      fail "the builder of an engine builds for its own platform only; once: docker buildx create --use"
  done
}

# pin_images: pulls each image and writes its digest into the environment file, so that every start is of the same one.
pin_images() {
  local name image digest
  for name in "${images_of[@]}"; do
    image=${!name%@*}
    docker pull --quiet "$image" >/dev/null
    digest=$(docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$image" | sed -n '1s/.*@//p')
    [ -n "$digest" ] || fail "$image has no digest: it comes from no registry"
    keep "$environment_file" 600 "$(sed "s|^$name=.*|$name=$image@$digest|" "$environment_file")"$'\n'
    say "$name" "$image@$digest"
  done
}

up() {
  compose up --detach --wait "${servers[@]}"
  [ "$ANALYTICS" = 0 ] || run_clickhouse default "CREATE DATABASE IF NOT EXISTS $CLICKHOUSE_DATABASE"
}

application_up() {
  local services
  build_quietly
  mapfile -t services < <(wanted)
  compose up --detach --wait "${services[@]}"
}

application_down() { compose stop api worker mail-catcher; }

application_restart() {
  application_down
  application_up
}

down() {
  compose --profile commands --profile analytics down --remove-orphans
  left
  echo "$STACK: stopped, nothing is left"
}

left() {
  local names
  names=$(containers '{{.Names}}')
  [ -z "$names" ] || fail "left: containers $names"
}

erase() {
  compose --profile commands --profile analytics down --volumes --remove-orphans
  [ ! -d "$data_folder/mail" ] || find "$data_folder/mail" -mindepth 1 -delete
}

install_all() {
  if [ "$PROFILE" = test ]; then "$configuration/native/virtual_environment.sh" .venv --development; else build; fi
}

# hiring SERVICE ARGUMENT…: a command of the service in a container of its own, with what SERVICE (cli, migrate) may.
hiring() {
  build_quietly
  COMPOSE_PROGRESS=quiet compose run --rm "$@"
}

# benchmark SERVICE NAME ARGUMENT…: from the checkout's own environment, since the images hold no benchmarks.
benchmark() {
  local name=$2
  shift 2
  "$configuration/native/virtual_environment.sh" .venv --development
  with_servers .venv/bin/python -m "benchmarks.$name" "$@"
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

run_clickhouse() {
  CLICKHOUSE_PASSWORD=$CLICKHOUSE_PASSWORD in_container -e CLICKHOUSE_PASSWORD clickhouse clickhouse-client --user hiring \
    --database "$1" ${2:+--query "$2"}
}

run_rabbitmqctl() { compose exec -T rabbitmq rabbitmqctl -q "$@"; }

# foreground NAME…: in this terminal until Ctrl-C, instead of the container in the background.
foreground() {
  build_quietly
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
    case $state in
      Up*unhealthy*) echo "services|bad|$service|$state" ;;
      Up*) echo "services|ok|$service|$state" ;;
      *) echo "services|bad|$service|${state:-not running}" ;;
    esac
  done < <(wanted)
}

verb=${1:-status}
[ $# = 0 ] || shift
prepare
case $verb in
  packages) ;;
  install) install_all ;;
  build) build "$@" ;;
  environment) ;; # done
  check-environment) check_environment ;;
  redis) run_redis "$@" ;;
  rabbitmqctl) run_rabbitmqctl "$@" ;;
  clickhouse) clickhouse "$@" ;;
  replication-lag) report primary replication_lag ;;
  status) compose ps ;;
  up | down | erase | application-up | application-down | application-restart | hiring | benchmark | build-for | pin-images | left | demo | \
    welcome | foreground | console | replication-status | replication-test | monitor | audit | logs | log | sql-catalog)
    "${verb//-/_}" "$@"
    ;;
  *) fail "stack.sh: no verb $verb" ;;
esac
