# shellcheck shell=bash
# RabbitMQ and its epmd: a node, a cookie and a name service of our own. Sourced by stack.sh.
# Debian's wrappers run as Debian's own user with Debian's own folders, so the scripts beneath them are called.

rabbitmq_scripts() { printf '%s\n' /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin | tail -n1; }

# RUNNING_UNDER_SYSTEMD: the script becomes the node instead of watching over it, so the recorded pid is the node's.
rabbitmq_environment() {
  local folder=$data_folder/rabbitmq
  printf '%s\n' "ERL_EPMD_PORT=$RABBITMQ_EPMD_PORT" ERL_EPMD_ADDRESS=127.0.0.1 "RABBITMQ_NODENAME=$STACK@localhost" \
    RABBITMQ_CONF_ENV_FILE=/dev/null "RABBITMQ_CONFIG_FILE=$folder/rabbitmq.conf" \
    "RABBITMQ_ADVANCED_CONFIG_FILE=$folder/advanced.config" "RABBITMQ_ENABLED_PLUGINS_FILE=$folder/enabled_plugins" \
    "RABBITMQ_MNESIA_BASE=$folder/mnesia" "RABBITMQ_LOG_BASE=$folder/log" "RABBITMQ_PID_FILE=$folder/pid" \
    "RABBITMQ_DIST_PORT=$RABBITMQ_DIST_PORT" "RABBITMQ_DEFAULT_USER=$RABBITMQ_USER" \
    "RABBITMQ_DEFAULT_PASS=$RABBITMQ_PASSWORD" "RABBITMQ_DEFAULT_VHOST=$RABBITMQ_VIRTUAL_HOST" \
    RUNNING_UNDER_SYSTEMD=yes
}

install_rabbitmq_configuration() {
  local folder=$data_folder/rabbitmq parts=(rabbitmq native) plugins='[].'
  if [ "$RABBITMQ_PLUGINS" = yes ]; then
    parts+=(native-management)
    plugins=$(cat "$configuration/rabbitmq/enabled_plugins")
  fi
  as_service mkdir -p "$folder/log"
  for part in "${parts[@]}"; do fill_in <"$configuration/rabbitmq/$part.conf"; done | write_as_service "$folder/rabbitmq.conf"
  write_as_service "$folder/advanced.config" <"$configuration/rabbitmq/advanced.config"
  echo "$plugins" | write_as_service "$folder/enabled_plugins"
  rabbitmq_environment | write_as_service "$folder/environment"
  [ -s "$data_folder/.erlang.cookie" ] || random_secret | write_as_service "$data_folder/.erlang.cookie"
  as_service chmod 400 "$data_folder/.erlang.cookie"
}

rabbitmq_up() {
  ! running rabbitmq || return 0
  stop rabbitmq TERM
  getent hosts localhost >/dev/null || fail "the name localhost has no address (/etc/hosts): RabbitMQ would hang"
  install_rabbitmq_configuration
  # Started by us, so that it has a pid of ours, our port and loopback only: a node would start one that outlives it.
  running epmd || {
    stop epmd TERM
    start_detached epmd TERM /dev/null epmd -port "$RABBITMQ_EPMD_PORT" -address 127.0.0.1
  }
  wait_until 10 listens "$RABBITMQ_EPMD_PORT" || fail "epmd does not start: $data_folder/logs/epmd.log"
  start_detached rabbitmq TERM "$data_folder/rabbitmq/environment" "$(rabbitmq_scripts)/rabbitmq-server"
}

rabbitmq_ready() {
  wait_until 90 listens "$RABBITMQ_PORT" || fail "RabbitMQ does not start: $data_folder/logs/rabbitmq.log"
  [ "$RABBITMQ_PLUGINS" != yes ] || wait_until 30 listens "$RABBITMQ_MANAGEMENT_PORT" ||
    fail "RabbitMQ's management does not start: $data_folder/logs/rabbitmq.log"
}

# rabbitmqctl of this node. Against a dead node it would start a name service of its own.
rabbitmq_control() {
  alive "$data_folder/pids/rabbitmq.pid" || fail "RabbitMQ is not running"
  # shellcheck disable=SC2016 # expanded by the inner shell
  as_service sh -c 'set -a; . "$1"; shift; exec "$@"' _ "$data_folder/rabbitmq/environment" \
    "$(rabbitmq_scripts)/rabbitmqctl" -q "$@"
}

rabbitmq_down() {
  stop rabbitmq TERM
  stop epmd TERM
}
