# shellcheck shell=bash
# What an operator asks the servers: consoles, replication, live views. Sourced by the stack scripts, which define
#   run_psql SERVER ROLE ARGUMENT…   psql on primary or replica, PGPASSWORD in the environment
#   run_redis INSTANCE ARGUMENT…     redis-cli on sessions or cache
#   run_clickhouse DATABASE [SQL]    one statement in ClickHouse, or a prompt

password_of() {
  case $1 in
    postgres) echo "$POSTGRES_PASSWORD" ;;
    hiring_command) echo "$POSTGRES_COMMAND_PASSWORD" ;;
    hiring_query) echo "$POSTGRES_QUERY_PASSWORD" ;;
  esac
}

# console SERVER ROLE: psql as one of the roles.
console() {
  PGPASSWORD=$(password_of "$2") run_psql "$1" "$2" -d "$POSTGRES_DATABASE"
}

# clickhouse [SQL]: as the service's user.
clickhouse() {
  [ "$ANALYTICS" = 1 ] || fail "there is no ClickHouse: ANALYTICS=0"
  run_clickhouse "$CLICKHOUSE_DATABASE" "$@"
}

# report SERVER FILE [DATABASE]: a file of conf/postgres, run by the superuser.
report() {
  PGPASSWORD=$POSTGRES_PASSWORD run_psql "$1" postgres -q -v ON_ERROR_STOP=1 -d "${3:-$POSTGRES_DATABASE}" \
    <"$configuration/postgres/$2.sql"
}

# replication_status: both sides, also when one does not answer.
replication_status() {
  local failed=
  report primary replication_status || failed=yes
  report replica replica_status || failed=yes
  [ -z "$failed" ]
}

probe_table_arrived() {
  [ -n "$(echo "SELECT to_regclass('replication_probe')" |
    PGPASSWORD=$POSTGRES_PASSWORD run_psql replica postgres -qAt -d postgres)" ]
}

# replication_test: twenty rows on the primary, and how long each took to be seen on the replica.
replication_test() {
  local watcher
  PROBE_ID=$(cat /proc/sys/kernel/random/uuid)
  export PROBE_ID
  report primary probe_create postgres
  wait_until 10 probe_table_arrived || fail "the replica does not follow: make pg-replication-status"
  echo "written on the primary, seen on the replica:"
  report replica probe_watch postgres &
  watcher=$!
  sleep 0.3
  report primary probe_write postgres
  wait $watcher
}

# monitor SERVER: a fresh page each second until Ctrl-C.
monitor() {
  local page
  end_on_interrupt
  while :; do
    page=$(report "$1" activity 2>&1) || true # a server that is down may come back
    printf '\033[H\033[2J%s: sessions and statements, each second; Ctrl-C ends\n\n%s\n' "$1" "$page"
    sleep 1
  done
}

# names_only: PostgreSQL's log without what may carry people's data: of a statement its name, or its first word; no details.
names_only() {
  sed -uE '
    s/(duration: [0-9.]+ ms +|STATEMENT: +)([a-z]+[^:]*: +)?.*(EXECUTE|PREPARE) "([a-z0-9_.\/]+)".*/\1\4/; t
    s/(duration: [0-9.]+ ms +)[a-z]+[^:]*: +([A-Za-z]*).*/\1\2/; t
    s/(invalid input [^:]*: ).*/\1…/; t
    /(STATEMENT|DETAIL|CONTEXT|QUERY|HINT): |^[[:space:]]/d'
}

# demo: the demo organization, but in production.
demo() { [ "$DEPLOYMENT" = production ] || hiring cli seed demo; }

welcome() {
  printf '\nThe Hiring API answers on  %s\nits documentation is at    %s\n' "$PUBLIC_URL" "$PUBLIC_URL/docs"
  if [ "$DEPLOYMENT" = production ]; then
    echo "the first organization     conf/${scripts##*/}/stack.sh hiring cli user create-administrator --help"
  else
    echo "a demo login               ada@demo.example  $DEMO_PASSWORD"
  fi
  if [ "$catches_mail" = yes ]; then echo "caught mails are in        $folder_link/mail"; fi
  cat <<'END'
logs                       make logs        state  make status, make audit
stop                       make down        (data stays; make down-v deletes it)
END
  environment_problems | sed 's/^/! /'
}
