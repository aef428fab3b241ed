# shellcheck shell=bash
# Settings and secrets of a stack: from one file that an operator edits to one file for each service. Sourced.

random_secret() { od -An -tx1 -N20 /dev/urandom | tr -d ' \n'; }

# hand_to_owner FILE: what root makes in somebody's checkout is theirs.
hand_to_owner() { [ "$(id -u)" != 0 ] || chown --reference="$checkout" "$1"; }

# make_environment_file: from the example, each <random> a secret of its own; an existing file is never touched.
make_environment_file() {
  local line
  [ ! -s "$environment_file" ] || return 0
  mkdir -p "${environment_file%/*}"
  while IFS= read -r line; do
    case $line in
      '#'* | '') printf '%s\n' "$line" ;;
      *) printf '%s\n' "${line/<random>/$(random_secret)}" ;;
    esac
  done <"$checkout/.envs/infra/.env.example" | (umask 077 && cat >"$environment_file.new")
  hand_to_owner "$environment_file.new"
  mv "$environment_file.new" "$environment_file"
  echo "$environment_file: made, with random secrets"
}

# load_environment: NAME=value lines only, nothing is executed. Where and as what it runs, the caller may say instead.
load_environment() {
  local line name
  while IFS= read -r line || [ -n "$line" ]; do
    [[ $line =~ ^[[:space:]]*(#|$) ]] && continue
    [[ $line =~ ^[A-Z][A-Z0-9_]*=[A-Za-z0-9._:/@+=-]*$ ]] || fail "$environment_file: not a NAME=value line: ${line%%=*}"
    name=${line%%=*}
    case $name in
      PORT_BASE | HTTP_PORT | DEPLOYMENT | DATA_DIR) [ -z "${!name:-}" ] || continue ;;
    esac
    printf -v "$name" %s "${line#*=}"
    export "${name?}"
  done <"$environment_file"
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
  [ "$SMTP_HOST" != catcher ] || export SMTP_HOST=$CATCHER_HOST SMTP_PORT=$CATCHER_PORT
}

derive_container_addresses() {
  export POSTGRES_PRIMARY_HOST=postgres-primary POSTGRES_PRIMARY_PORT=5432
  export POSTGRES_REPLICA_HOST=postgres-replica POSTGRES_REPLICA_PORT=5432
  export REDIS_SESSIONS_HOST=redis-sessions REDIS_SESSIONS_PORT=6379
  export REDIS_CACHE_HOST=redis-cache REDIS_CACHE_PORT=6379
  export RABBITMQ_HOST=rabbitmq RABBITMQ_PORT=5672 RABBITMQ_MANAGEMENT_PORT=15672
  export API_HOST=0.0.0.0 API_PORT=8080 FILES_URL=file:///data/files KEYS_FOLDER=/data/keys
  [ "$SMTP_HOST" != catcher ] || export SMTP_HOST=mail-catcher SMTP_PORT=1025
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

render_application() {
  local templates=$checkout/.envs/app/templates services=$environments/app/services name
  for name in api worker cli; do render "$services/$name.env" "$templates/common.env"; done
  render "$services/migrate.env" "$templates/common.env" "$templates/migrate.env"
}
