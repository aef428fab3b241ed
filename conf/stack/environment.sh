# shellcheck shell=bash
# Settings and secrets of a stack: from one file that an operator edits to one file for each service. Sourced.

random_secret() { od -An -tx1 -N20 /dev/urandom | tr -d ' \n'; }

# hand_to_owner FILE: what root makes in somebody's checkout is theirs.
hand_to_owner() { [ "$(id -u)" != 0 ] || chown --reference="$checkout" "$1"; }

settings_in() { sed -n 's/^\([A-Z][A-Z0-9_]*\)=.*/\1/p' "$1" | sort -u; }

with_secrets() {
  local line
  while IFS= read -r line; do
    case $line in
      *'=<random>') printf '%s\n' "${line/<random>/$(random_secret)}" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
}

# make_environment_file: from the example, each <random> a secret of its own. A file that is there only gets the settings
# that the example has had since.
make_environment_file() {
  local example=$checkout/.envs/infra/.env.example missing
  if [ ! -s "$environment_file" ]; then
    mkdir -p "${environment_file%/*}"
    with_secrets <"$example" | (umask 077 && cat >"$environment_file.new")
    hand_to_owner "$environment_file.new"
    mv "$environment_file.new" "$environment_file"
    echo "$environment_file: made, with random secrets" >&2
  fi
  mapfile -t missing < <(comm -23 <(settings_in "$example") <(settings_in "$environment_file"))
  [ ${#missing[@]} -gt 0 ] || return 0
  grep -f <(printf '^%s=\n' "${missing[@]}") "$example" | with_secrets >>"$environment_file"
  echo "$environment_file: added from the example: ${missing[*]}" >&2
}

# load_environment: NAME=value lines only, nothing is executed. What may differ from run to run the caller's environment
# decides: where it runs, as what, and from which images.
load_environment() {
  local line name
  DEPLOYMENT=${DEPLOYMENT:-${HIRING_DEPLOYMENT:-}}
  while IFS= read -r line || [ -n "$line" ]; do
    [[ $line =~ ^[[:space:]]*(#|$) ]] && continue
    [[ $line =~ ^[A-Z][A-Z0-9_]*=[A-Za-z0-9._:/@+=-]*$ ]] || fail "$environment_file: not a NAME=value line: ${line%%=*}"
    name=${line%%=*}
    case $name in
      PORT_BASE | HTTP_PORT | API_PROCESSES | PUBLIC_URL | DEPLOYMENT | DATA_DIR | ANALYTICS | *_IMAGE) [ -n "${!name:-}" ] || printf -v "$name" %s "${line#*=}" ;;
      *) printf -v "$name" %s "${line#*=}" ;;
    esac
    export "${name?}"
  done <"$environment_file"
  export PUBLIC_URL=${PUBLIC_URL:-http://127.0.0.1:$HTTP_PORT} API_PROCESSES=${API_PROCESSES:-1}
  [[ $ANALYTICS =~ ^[01]$ ]] || fail "ANALYTICS is 1 or 0, not $ANALYTICS"
}

# use_catcher HOST PORT: where mail goes unless the operator named a server. The catcher's address may be derived twice:
# as this machine sees it, then as the containers do. In production nothing may swallow mail: it waits for a server.
use_catcher() {
  [ "$SMTP_HOST" != catcher ] || [ "$DEPLOYMENT" = production ] || catches_mail=yes
  [ "${catches_mail:=no}" = yes ] || return 0
  export SMTP_HOST=$1 SMTP_PORT=$2
}

# environment_problems: the settings are the example's, secrets are long enough, only the owner reads the file.
environment_problems() {
  local example=$checkout/.envs/infra/.env.example name value
  [ "$(stat -c %a "$environment_file")" = 600 ] || echo "readable by others: chmod 600"
  comm -13 <(settings_in "$example") <(settings_in "$environment_file") | sed 's/$/ is no setting of the example/'
  [ "$DEPLOYMENT/$SMTP_HOST" != production/catcher ] || echo "SMTP_HOST: production needs a mail server; mails wait until it is set"
  while read -r name; do
    value=${!name:-}
    [ ${#value} -ge 16 ] || echo "$name needs 16 characters or more"
  done < <(grep '<random>$' "$example" | settings_in /dev/stdin)
}

check_environment() {
  local problems
  problems=$(environment_problems)
  [ -z "$problems" ] || fail "$environment_file:"$'\n'"$problems"
  echo "$environment_file: complete; ports $PORT_BASE to $((PORT_BASE + 10)), API on $HTTP_PORT, deployment $DEPLOYMENT"
}

# Addresses as the services see them: loopback and ports of the stack, or the containers' names and standard ports.
derive_native_addresses() {
  local name offset=0
  for name in POSTGRES_PRIMARY POSTGRES_REPLICA REDIS_SESSIONS REDIS_CACHE RABBITMQ RABBITMQ_MANAGEMENT RABBITMQ_DIST \
    RABBITMQ_EPMD RABBITMQ_PROMETHEUS CATCHER CLICKHOUSE; do
    printf -v "${name}_PORT" %s $((PORT_BASE + offset++))
    printf -v "${name}_HOST" %s 127.0.0.1
    export "${name}_PORT" "${name}_HOST"
  done
  without_analytics
  export API_HOST=127.0.0.1 API_PORT=$HTTP_PORT FILES_URL=file://$data_folder/files KEYS_FOLDER=$data_folder/keys
  export SQL_CATALOG_FILE=$data_folder/sql-catalog.html API_METRICS= WORKER_METRICS=
  use_catcher "$CATCHER_HOST" "$CATCHER_PORT"
}

# without_analytics: a service that knows no host of ClickHouse has no reports.
without_analytics() { [ "$ANALYTICS" = 1 ] || export CLICKHOUSE_HOST=; }

derive_container_addresses() {
  export POSTGRES_PRIMARY_HOST=postgres-primary POSTGRES_PRIMARY_PORT=5432
  export POSTGRES_REPLICA_HOST=postgres-replica POSTGRES_REPLICA_PORT=5432
  export REDIS_SESSIONS_HOST=redis-sessions REDIS_SESSIONS_PORT=6379
  export REDIS_CACHE_HOST=redis-cache REDIS_CACHE_PORT=6379
  export RABBITMQ_HOST=rabbitmq RABBITMQ_PORT=5672 RABBITMQ_MANAGEMENT_PORT=15672
  export CLICKHOUSE_HOST=clickhouse CLICKHOUSE_PORT=8123
  without_analytics
  export API_HOST=0.0.0.0 API_PORT=8080 FILES_URL=file:///data/files KEYS_FOLDER=/data/keys
  export SQL_CATALOG_FILE=/data/sql-catalog.html
  export API_METRICS='{"host":"0.0.0.0","port":9101}' WORKER_METRICS='{"host":"0.0.0.0","port":9100}'
  use_catcher mail-catcher 1025
}

# fill_in: standard input with each ${NAME} replaced by its value.
fill_in() {
  local line name
  while IFS= read -r line || [ -n "$line" ]; do
    while [[ $line =~ \$\{([A-Z][A-Z0-9_]*)\} ]]; do
      name=${BASH_REMATCH[1]}
      [ -n "${!name+set}" ] || fail "a template needs $name, which $environment_file does not set"
      line=${line//"\${$name}"/"${!name}"}
    done
    printf '%s\n' "$line"
  done
}

# with_secret_files: templates as containers get them. A password or secret is a file there, so that neither
# `docker inspect` nor the environment of a process shows it; NAME_FILE says which.
with_secret_files() { sed -E 's#^([A-Z_]+_(PASSWORD|SECRET))=\$\{([A-Z_]+)\}$#\1_FILE=/run/secrets/\3#'; }

# keep FILE MODE TEXT: the file holds the text; one that does already is not written again.
keep() {
  if [ ! -r "$1" ] || [ "$(<"$1")" != "${3%$'\n'}" ]; then
    (umask 077 && printf %s "$3" >"$1.new")
    hand_to_owner "$1.new"
    mv "$1.new" "$1"
  fi
  chmod "$2" "$1"
}

# render FILE TEMPLATE…: the environment file of a service, readable by its owner only. Its values have no quotes: Docker
# and the native stack take each line as it is. secrets_as=files leaves passwords and secrets out.
render() {
  local target=$1 filter=cat lines
  shift
  [ "${secrets_as:-values}" = values ] || filter=with_secret_files
  lines=$(cat "$@" | $filter | fill_in)
  mkdir -p "${target%/*}"
  keep "$target" 600 "$lines"$'\n'
}

render_infrastructure() {
  local template
  for template in "$checkout"/.envs/infra/templates/*.env; do
    render "$environments/infra/services/${template##*/}" "$template"
  done
}

# Each process gets what it needs: API and worker know neither the owner's password nor the superuser's.
render_application() {
  local templates=$checkout/.envs/app/templates services=$environments/app/services
  render "$services/api.env" "$templates/common.env" "$templates/api.env"
  render "$services/worker.env" "$templates/common.env" "$templates/worker.env"
  render "$services/cli.env" "$templates/common.env" "$templates/owner.env"
  render "$services/migrate.env" "$templates/common.env" "$templates/owner.env" "$templates/superuser.env"
}

# render_secrets: each password and secret in a file of its own, for containers. Their users are none of this machine's,
# so the files are open and the folder around them is not: Docker shows a container only the files that it is given.
render_secrets() {
  local folder=$environments/secrets name
  mkdir -p "$folder"
  chmod 700 "$folder"
  hand_to_owner "$folder"
  while read -r name; do
    keep "$folder/$name" 444 "${!name}"
  done < <(settings_in "$environment_file" | grep -E '_(PASSWORD|SECRET)$')
}

# export_lines: exports the NAME=value lines of standard input, each as it is.
export_lines() {
  local line
  while IFS= read -r line; do export "${line?}"; done
}

# shell_environment: what a shell may source to reach this stack from this machine; a test may start its own again.
shell_environment() {
  sed "s/^\([^=]*\)=\(.*\)/export \1='\2'/" "$environments/app/services/migrate.env"
  printf "export %s='%s'\n" HIRING_STACK_FOLDER "$data_folder"
  [ "$PROFILE" = main ] || printf "export %s='%s'\n" TEST_STACK "${TEST_STACK:-}" TEST_PORT_BASE "$PORT_BASE"
}
