# shellcheck shell=bash
# ClickHouse: its engine behind its own HTTP protocol (conf/clickhouse/native_server), in a Python environment of its own.
# With ANALYTICS=0 nothing of it is installed or started. Sourced by stack.sh.

# install_clickhouse: the environment is the checkout's where the service user can reach it, else in the data folder.
install_clickhouse() {
  [ "$ANALYTICS" = 1 ] || return 0
  clickhouse_packages=$checkout/.venv-clickhouse
  all_readable "$configuration/clickhouse" || clickhouse_packages=$data_folder/venv-clickhouse
  "$scripts/virtual_environment.sh" "$clickhouse_packages" --clickhouse
  as_service "$clickhouse_packages/bin/python" -c '' 2>/dev/null || fail "$service_user cannot use $clickhouse_packages"
}

clickhouse_environment() {
  printf '%s\n' "CLICKHOUSE_USER=hiring" "CLICKHOUSE_PASSWORD=$CLICKHOUSE_PASSWORD" \
    "PYTHONPATH=$data_folder/clickhouse/program" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
}

# install_clickhouse_program: a copy, which the service user can read whatever the umask of the checkout was.
install_clickhouse_program() {
  local folder=$data_folder/clickhouse file
  as_service mkdir -p "$folder/program/native_server"
  for file in "$configuration"/clickhouse/native_server/*.py; do
    write_as_service "$folder/program/native_server/${file##*/}" <"$file"
  done
  for file in limits users; do write_as_service "$folder/$file.xml" <"$configuration/clickhouse/$file.xml"; done
  clickhouse_environment | write_as_service "$folder/environment"
}

clickhouse_up() {
  local folder=$data_folder/clickhouse
  [ "$ANALYTICS" = 1 ] || {
    clickhouse_down
    return
  }
  ! running clickhouse || return 0
  stop clickhouse TERM
  install_clickhouse
  install_clickhouse_program
  start_detached clickhouse TERM "$folder/environment" "$clickhouse_packages/bin/python" -m native_server --folder "$folder" \
    --port "$CLICKHOUSE_PORT" --server-limits "$folder/limits.xml" --profile "$folder/users.xml"
}

clickhouse_ready() {
  [ "$ANALYTICS" = 1 ] || return 0
  wait_until 60 listens "$CLICKHOUSE_PORT" || fail "ClickHouse does not start: $data_folder/logs/clickhouse.log"
  run_clickhouse default "CREATE DATABASE IF NOT EXISTS $CLICKHOUSE_DATABASE" || fail "ClickHouse: $data_folder/logs/clickhouse.log"
}

# run_clickhouse DATABASE [SQL]: one statement, or a prompt.
run_clickhouse() {
  CLICKHOUSE_PASSWORD=$CLICKHOUSE_PASSWORD /usr/bin/python3 "$configuration/clickhouse/client.py" \
    "http://127.0.0.1:$CLICKHOUSE_PORT" hiring "$@"
}

clickhouse_down() { stop clickhouse TERM; }
