# shellcheck shell=bash
# The service's own processes and commands, run as the service user. Sourced by stack.sh.

code=(benchmarks hiring sql migrations conf docs/CHANGELOG.md docs/reports.md docs/guide tools/sqlproof/sqlproof)

# all_readable FOLDER…: the service user can read every file there: an update under another umask leaves some closed.
all_readable() {
  local closed
  closed=$(as_service find "$@" \( -name __pycache__ -o -name .venv \) -prune -o ! -readable -print -quit 2>&1) && [ -z "$closed" ]
}

# decide_code: checkout and .venv as they are, where the service user can reach them; else copies in the data folder
# (a checkout under root's home, a Python installed in somebody's).
decide_code() {
  [ -z "${code_folder:-}" ] || return 0 # decided
  code_folder=$checkout python=$checkout/.venv/bin/python
  if ! all_readable "${code[@]/#/$checkout/}"; then
    code_folder=$data_folder/application
    as_service mkdir -p "$code_folder"
    as_service find "$code_folder" -mindepth 1 -delete
    tar -C "$checkout" -c --exclude=__pycache__ --exclude=.venv "${code[@]}" | as_service tar -C "$code_folder" -x
  fi
  if ! as_service "$python" -c '' 2>/dev/null; then
    python=$data_folder/venv/bin/python
    "$scripts/virtual_environment.sh" "$data_folder/venv"
  fi
  service_environment+=(PYTHONPATH="$code_folder:$code_folder/tools/sqlproof" PYTHONPYCACHEPREFIX="$data_folder/pycache" PYTHONUNBUFFERED=1)
}

# hiring SERVICE ARGUMENT…: one command of the service with the environment file of SERVICE.
hiring() {
  local service=$1
  shift
  decide_code
  (with_environment "$environments/app/services/$service.env" "$python" -m hiring "$@")
}

# benchmark SERVICE NAME ARGUMENT…: a module of the benchmarks with the environment file of SERVICE.
benchmark() {
  local service=$1 name=$2
  shift 2
  decide_code
  (with_environment "$environments/app/services/$service.env" "$python" -m "benchmarks.$name" "$@")
}

start_service() {
  local name=$1 service=$2
  shift 2
  running "$name" || {
    stop "$name" TERM
    start_detached "$name" TERM "$environments/app/services/$service.env" "$python" -m hiring "$@"
  }
}

check_http_port() {
  ! running api || return 0
  stop api TERM
  [ -z "$(/usr/bin/python3 "$scripts/taken_ports.py" "$HTTP_PORT")" ] ||
    fail "port $HTTP_PORT is in use by others: choose another HTTP_PORT in $environment_file"
}

# hash_of PATH…: changes with the files.
hash_of() {
  (cd "$checkout" && find "$@" -name __pycache__ -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
}

# renew_outdated: processes of other code, packages or settings than there are now end, and start again with these; the
# API's are exchanged without losing a request, unless their settings are others. ANYWAY=yes: whatever has changed.
renew_outdated() {
  local settings state
  settings="$(hash_of "$environments/app/services") $API_PROCESSES"
  state="$settings $(hash_of "${code[@]}" requirements.lock)"
  [ "$state" != "$(cat "$data_folder/code_state" 2>/dev/null)" ] || [ "${ANYWAY:-}" = yes ] || return 0
  if [[ $(cat "$data_folder/code_state" 2>/dev/null) = "$settings "* ]] && running api; then
    exchange_api
    stop_all worker mail-catcher
  else application_down; fi
  echo "$state" | write_as_service "$data_folder/code_state"
}

# exchange_api: successors with the code as it is now take the place of the API's processes, one by one.
exchange_api() {
  local tick limit=$((600 * (API_PROCESSES + 1))) log=$data_folder/logs/api.log before
  before=$(exchanges_in "$log")
  kill -HUP "$(pid_in "$data_folder/pids/api.pid")" || return
  for ((tick = 0; tick < limit; tick++)); do
    [ "$(exchanges_in "$log")" = "$before" ] || break
    sleep 0.1
  done
  [ "$(exchanges_in "$log" exchanged)" -gt "${before#* }" ] || fail_with_log api
}

# exchanges_in LOG: how many exchanges of processes ended, well or not, and how many well.
exchanges_in() {
  local failed exchanged
  failed=$(grep -c 'supervisor\.exchange_failed' "$1" || true) exchanged=$(grep -c 'supervisor\.exchanged' "$1" || true)
  if [ "${2:-}" = exchanged ]; then echo "$exchanged"; else echo "$failed $exchanged"; fi
}

application_up() {
  decide_code
  renew_outdated
  check_http_port
  as_service mkdir -p "$data_folder/keys" "$data_folder/files" "$data_folder/mail"
  [ "$catches_mail" = no ] ||
    start_service mail-catcher cli mail-catcher --folder "$data_folder/mail" --port "$CATCHER_PORT"
  start_service api api api --processes "$API_PROCESSES"
  start_service worker worker worker
  hiring api ready --wait-s 60 || fail_with_log api
  running worker || fail_with_log worker
  [ "$catches_mail" = no ] || running mail-catcher || fail_with_log mail-catcher
}

fail_with_log() {
  fail "$1 does not run; the end of $data_folder/logs/$1.log:"$'\n'"$(tail -n 5 "$data_folder/logs/$1.log")"
}

stop_all() {
  local name
  for name in "$@"; do stop "$name" TERM & done
  wait
}

application_down() { stop_all api worker mail-catcher; }

application_restart() { ANYWAY=yes application_up; }
