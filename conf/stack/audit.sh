# shellcheck shell=bash
# `make audit`: the state of everything on one page, and an exit status. Sourced by the stack scripts, which define
#   audit_environment   prints the lines about where the stack runs
#   process_lines       prints the lines about API, worker and mail catcher
#   run_rabbitmqctl     rabbitmqctl of the stack's node
# A line is section|level|name|text, the level ok, warn or bad. What cannot be asked is bad, and the page goes on.

audit_redis() {
  local instance=$1 policy=$2 facts level=ok note=
  if ! facts=$(run_redis "$instance" info 2>/dev/null | tr -d '\r') || [ -z "$facts" ]; then
    echo "services|bad|Redis $instance|does not answer"
    return
  fi
  fact() { sed -n "s/^$1://p" <<<"$facts"; }
  [ "$(fact maxmemory_policy)" = "$policy" ] || { level=bad note+=", policy $(fact maxmemory_policy), not $policy"; }
  [ "$instance" = cache ] || [ "$(fact evicted_keys)" = 0 ] || { level=bad note+=", $(fact evicted_keys) KEYS EVICTED"; }
  [ "$instance" = cache ] || [ "$(fact aof_last_write_status)" = ok ] || { level=bad note+=", LAST WRITE TO DISK FAILED"; }
  echo "services|$level|Redis $instance|$(fact redis_version), up $(fact uptime_in_seconds) s, $(fact connected_clients)" \
    "clients, $(fact used_memory_human) of $(fact maxmemory_human)$note"
}

audit_clickhouse() {
  local version up size rows parts level=ok
  [ "$ANALYTICS" = 1 ] || return 0
  if ! IFS=$'\t' read -r version up size rows parts < <(run_clickhouse default "$(cat "$configuration/clickhouse/audit.sql")" 2>/dev/null); then
    echo "services|bad|ClickHouse|does not answer"
    return
  fi
  [ "$parts" -lt 300 ] || level=warn
  echo "services|$level|ClickHouse|$version, up $up s, $rows rows in $size, $parts parts in a partition at the most"
}

audit_queues() {
  local queues name ready unacknowledged consumers level dead=0
  if ! queues=$(run_rabbitmqctl list_queues -p "$RABBITMQ_VIRTUAL_HOST" --no-table-headers \
    name messages_ready messages_unacknowledged consumers 2>/dev/null); then
    echo "services|bad|RabbitMQ|does not answer"
    return
  fi
  while read -r name ready unacknowledged consumers; do
    case $name in
      '' | *.retry.*) continue ;;
      *.dead)
        dead=$((dead + ready))
        continue
        ;;
    esac
    level=ok
    [ "$ready" -lt 1000 ] || level=warn
    [ "$consumers" -gt 0 ] || level=bad
    echo "queues|$level|$name|$ready waiting, $unacknowledged in work, $consumers consumers"
  done < <(sort <<<"$queues")
  level=ok
  [ "$dead" = 0 ] || level=warn
  echo "queues|$level|dead letters|$dead$([ "$dead" = 0 ] || echo ': hiring dlq list')"
}

audit_broker() {
  local version alarms level=ok
  version=$(run_rabbitmqctl version 2>/dev/null) || return 0 # audit_queues says that it does not answer
  alarms=$(run_rabbitmqctl eval 'rabbit_alarm:get_alarms().' 2>/dev/null)
  [ "$alarms" = '[]' ] || level=bad
  echo "services|$level|RabbitMQ|$version, $([ "$alarms" = '[]' ] && echo 'no alarms' || echo "ALARMS $alarms")"
}

# status_of_api: the status of /readyz, and nothing where no API answers. Asked without curl, which a host of containers
# need not have.
status_of_api() {
  local status
  {
    exec 3<>"/dev/tcp/127.0.0.1/$HTTP_PORT" &&
      printf 'GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3 &&
      read -r -t 5 _ status _ <&3
  } 2>/dev/null
  echo "${status:-}"
}

audit_api() {
  local status began level=ok text
  began=${EPOCHREALTIME/[.,]/}
  status=$(status_of_api)
  text="$status in $(((${EPOCHREALTIME/[.,]/} - began) / 1000)) ms"
  [ -n "$status" ] || text="does not answer"
  [ "$status" = 200 ] || level=bad
  echo "services|$level|API /readyz|$text, http://127.0.0.1:$HTTP_PORT"
}

# audit_postgres SERVER FILE NAME [DATABASE]: what a file of conf/postgres finds there.
audit_postgres() {
  local errors
  exec 3>&1
  errors=$(report "$1" "$2" "${4:-}" 2>&1 >&3) && return
  # Of psql's advice about a server that it cannot reach, the reason is enough.
  case $errors in
    *'connection to server'*' failed: '*) errors="does not answer: $(sed -n '1s/.* failed: //p' <<<"$errors")" ;;
  esac
  echo "services|bad|$3|$(tr -s '\n\t|' ' ' <<<"${errors:-does not answer}" | sed 's/ $//')"
  return 1
}

audit_files() {
  local problems level=ok
  problems=$(environment_problems)
  [ -z "$problems" ] || level=bad
  echo "environment|$level|${environment_file#"$checkout"/}|deployment $DEPLOYMENT, PORT_BASE $PORT_BASE," \
    "HTTP_PORT $HTTP_PORT${problems:+; ${problems//$'\n'/, }}"
}

# audit_indexes: those that neither server has read since it counts. Two weeks tell; before, it is too early.
audit_indexes() {
  local primary replica found days level
  primary=$(report primary unused_indexes 2>/dev/null) && replica=$(report replica unused_indexes 2>/dev/null) || return 0
  found=$(awk -F'|' 'NR == FNR { unread[$3]; next } $3 in unread' <(echo "$replica") <(echo "$primary"))
  if [ -z "$found" ]; then
    echo "tables|ok|unused indexes|none"
    return
  fi
  days=$(cut -d'|' -f1 <<<"$primary"$'\n'"$replica" | sort -n | head -n 1)
  if [ "$days" -lt 14 ]; then
    echo "tables|ok|unused indexes|$(wc -l <<<"$found") not read in $days days, too early to judge: 14 tell"
    return
  fi
  while IFS='|' read -r _ size name; do
    level=ok
    [ "$size" -lt $((10 * 1024 * 1024)) ] || level=warn
    echo "tables|$level|unused index|$name, $((size / 1024)) kB: no server has read it in $days days"
  done < <(head -n 5 <<<"$found")
}

# audit_lines: everything at once, the slow ones side by side.
audit_lines() {
  audit_broker &
  audit_queues &
  audit_files
  audit_environment
  if audit_postgres primary audit_primary "PostgreSQL primary"; then
    [ "$ANALYTICS" = 0 ] || audit_postgres primary audit_facts "feed and ClickHouse" || true
    audit_postgres primary audit_tables "tables" || true
    audit_postgres primary audit_statements "statement statistics" postgres || true
  fi
  if audit_postgres replica audit_replica "PostgreSQL replica"; then
    audit_postgres replica audit_statements "statement statistics" postgres || true
  fi
  audit_indexes
  audit_redis sessions noeviction
  audit_redis cache allkeys-lru
  audit_clickhouse
  audit_api
  process_lines
  wait
}

# audit: the page. Exit status 0 all well, 1 something is bad; warnings alone are 0.
audit() {
  local lines section level name text mark found
  declare -A marks=([ok]='✔' [warn]='!' [bad]='✘') colours=([ok]=32 [warn]=33 [bad]=31)
  lines=$(audit_lines)
  printf 'Hiring API, audit of %s\n' "$(date -u '+%F %T UTC')"
  for section in environment services replication events queues tables 'primary statements' 'replica statements'; do
    found=$(grep "^$section|" <<<"$lines") || continue
    printf '\n%s\n' "${section^^}"
    while IFS='|' read -r _ level name text; do
      mark=${marks[$level]}
      [ ! -t 1 ] || mark=$'\033['"${colours[$level]}m$mark"$'\033[0m'
      printf '  %s %-33s %s\n' "$mark" "$name" "$text"
    done < <(if [[ $section == *statements ]]; then echo "$found"; else sort -s -t'|' -k3,3 <<<"$found"; fi)
    [[ $section != *statements ]] || echo "    where time goes: make sql-explain NAME=$(head -n 1 <<<"$found" | cut -d'|' -f3)"
  done
  printf '\n%s bad, %s to look at, %s well\n' "$(grep -c '|bad|' <<<"$lines")" "$(grep -c '|warn|' <<<"$lines")" \
    "$(grep -c '|ok|' <<<"$lines")"
  ! grep -q '|bad|' <<<"$lines"
}
