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

# load_environment: NAME=value lines only, nothing is executed. Where and as what it runs, the caller may say instead.
load_environment() {
  local line name
  while IFS= read -r line || [ -n "$line" ]; do
    [[ $line =~ ^[[:space:]]*(#|$) ]] && continue
    [[ $line =~ ^[A-Z][A-Z0-9_]*=[A-Za-z0-9._:/@+=-]*$ ]] || fail "$environment_file: not a NAME=value line: ${line%%=*}"
    name=${line%%=*}
    case $name in
      PORT_BASE | HTTP_PORT | DEPLOYMENT | DATA_DIR) [ -n "${!name:-}" ] || printf -v "$name" %s "${line#*=}" ;;
      *) printf -v "$name" %s "${line#*=}" ;;
    esac
    export "${name?}"
  done <"$environment_file"
}

# use_catcher HOST PORT: where mail goes unless the operator named a server. The catcher's address may be derived twice:
# as this machine sees it, then as the containers do.
use_catcher() {
  [ "$SMTP_HOST" != catcher ] || catches_mail=yes
  [ "${catches_mail:=no}" = yes ] || return 0
  export SMTP_HOST=$1 SMTP_PORT=$2
}

# environment_problems: the settings are the example's, secrets are long enough, only the owner reads the file.
environment_problems() {
  local example=$checkout/.envs/infra/.env.example name value
  [ "$(stat -c %a "$environment_file")" = 600 ] || echo "readable by others: chmod 600"
  comm -13 <(settings_in "$example") <(settings_in "$environment_file") | sed 's/$/ is no setting of the example/'
  while read -r name; do
    value=${!name:-}
    [ ${#value} -ge 16 ] || echo "$name needs 16 characters or more"
  done < <(grep '<random>$' "$example" | settings_in /dev/stdin)
}

check_environment() {
  local problems
  problems=$(environment_problems)
  [ -z "$problems" ] || fail "$environment_file:"$'\n'"$problems"
  echo "$environment_file: complete; ports $PORT_BASE to $((PORT_BASE + 9)), API on $HTTP_PORT, deployment $DEPLOYMENT"
}

# Addresses as the services see them: loopback and ports of the stack, or the containers' names and standard ports.
derive_native_addresses() {
  local name offset=0
  for name in POSTGRES_PRIMARY POSTGRES_REPLICA REDIS_SESSIONS REDIS_CACHE RABBITMQ RABBITMQ_MANAGEMENT RABBITMQ_DIST \
    RABBITMQ_EPMD RABBITMQ_PROMETHEUS CATCHER; do
    printf -v "${name}_PORT" %s $((PORT_BASE + offset++))
    printf -v "${name}_HOST" %s 127.0.0.1
    export "${name}_PORT" "${name}_HOST"
  done
  export API_HOST=127.0.0.1 API_PORT=$HTTP_PORT FILES_URL=file://$data_folder/files KEYS_FOLDER=$data_folder/keys
  export SQL_CATALOG_FILE=$data_folder/sql-catalog.html
  use_catcher "$CATCHER_HOST" "$CATCHER_PORT"
}

derive_container_addresses() {
  export POSTGRES_PRIMARY_HOST=postgres-primary POSTGRES_PRIMARY_PORT=5432
  export POSTGRES_REPLICA_HOST=postgres-replica POSTGRES_REPLICA_PORT=5432
  export REDIS_SESSIONS_HOST=redis-sessions REDIS_SESSIONS_PORT=6379
  export REDIS_CACHE_HOST=redis-cache REDIS_CACHE_PORT=6379
  export RABBITMQ_HOST=rabbitmq RABBITMQ_PORT=5672 RABBITMQ_MANAGEMENT_PORT=15672
  export API_HOST=0.0.0.0 API_PORT=8080 FILES_URL=file:///data/files KEYS_FOLDER=/data/keys
  export SQL_CATALOG_FILE=/data/sql-catalog.html
  use_catcher mail-catcher 1025
}

# render NAME.env TEMPLATE…: a service's file from its templates, readable by its owner only.
render() {
  local target=$1 template name
  shift
  for template in "$@"; do
    for name in $(envsubst --variables "$(cat "$template")"); do
      [ -n "${!name+set}" ] || fail "$template needs $name, which $environment_file does not set"
    done
  done
  mkdir -p "${target%/*}"
  cat "$@" | envsubst | (umask 077 && cat >"$target.new")
  hand_to_owner "$target.new"
  if cmp -s "$target.new" "$target"; then rm -f "$target.new"; else mv "$target.new" "$target"; fi
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
  render "$services/worker.env" "$templates/common.env"
  render "$services/cli.env" "$templates/common.env" "$templates/cli.env"
  render "$services/migrate.env" "$templates/common.env" "$templates/cli.env" "$templates/superuser.env"
}

# shell_environment: what a shell may source to reach this stack from this machine.
shell_environment() {
  sed 's/^/export /' "$environments/app/services/migrate.env"
  echo "export HIRING_STACK_FOLDER='$data_folder'"
}
