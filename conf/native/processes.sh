# shellcheck shell=bash
# Starting, recognising and stopping the processes of one stack. Sourced after where.sh.
#
# Each process is recorded in a pid file, and a recorded pid is believed only when the process is visibly ours and the
# recorded one: pids are reused, also by another process of the same stack. "Ours" is the mark HIRING_STACK=<data folder>
# in its environment or, for PostgreSQL and Redis, which overwrite theirs, a working folder inside the data folder. The
# second line of the file tells the recorded one: its start or, in PostgreSQL's own file, its working folder.

mark_processes() {
  service_environment=(HIRING_STACK="$data_folder" HOME="$data_folder" LANG=C.UTF-8 LC_ALL=C.UTF-8
    PATH="$postgres_binaries:/usr/sbin:/usr/bin:/sbin:/bin")
}

is_ours() {
  grep -qzxF "HIRING_STACK=$data_folder" "/proc/$1/environ" 2>/dev/null && return
  case $(cat "/proc/$1/comm" 2>/dev/null) in postgres | redis-server) ;; *) return 1 ;; esac
  case $(readlink "/proc/$1/cwd" 2>/dev/null) in "$data_folder"/*) ;; *) return 1 ;; esac
}

is_zombie() { grep -q ') Z ' "/proc/$1/stat" 2>/dev/null; }

# started_at PID: when it started, in ticks since the machine did.
started_at() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# record PID FILE
record() { printf '%s\n' "$1" "$(started_at "$1")" | write_as_service "$2"; }

# is_recorded PID LINE: the process is the one of which the file says this behind the pid. An older file says nothing.
is_recorded() {
  case $2 in
    '') ;;
    /*) [ "/proc/$1/cwd" -ef "$2" ] ;;
    *) [ "$(started_at "$1")" = "$2" ] ;;
  esac
}

# pid_in FILE: prints the recorded pid of a process of ours that lives.
pid_in() {
  local pid line
  [ -r "$1" ] || return 1
  { read -r pid && { read -r line || true; }; } <"$1" || return 1
  [ -n "$pid" ] && [ -r "/proc/$pid/stat" ] && ! is_zombie "$pid" && is_ours "$pid" && is_recorded "$pid" "$line" &&
    echo "$pid"
}

alive() { pid_in "$1" >/dev/null; }

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# write_as_service FILE: its standard input, readable by the service user only.
write_as_service() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  as_service sh -c 'umask 077; cat >"$1"' _ "$1"
}

# drop_privileges: words that make the command after them run as the service user; none for oneself.
drop_privileges() {
  [ "$(id -u)" != 0 ] ||
    printf '%s\n' setpriv --reuid "$service_user" --regid "$service_group" --init-groups --inh-caps=-all
}

# with_environment FILE COMMAND…: becomes the command, as the service user, with the NAME=value lines of the file (or
# /dev/null) as its environment, each as it is. The file is read before the privileges go, and never put on a command line: that
# would be everyone's to read. Call it in a subshell.
with_environment() {
  local file=$1 drop
  shift
  mapfile -t drop < <(drop_privileges)
  # shellcheck disable=SC2016 # expanded by the inner shell
  exec env -i "${service_environment[@]}" bash -c '
    while IFS= read -r line; do export "$line"; done <"$1"
    shift
    exec "$@"' _ "$file" "${drop[@]}" "$@"
}

# start_detached NAME SIGNAL FILE COMMAND…: the same in a session of its own, logging to logs/NAME.log, recorded in
# pids/NAME.pid, and what keeps it running in pids/NAME.keeper. The log is opened by the service user, not by root's
# redirection. SIGNAL is what stops it.
start_detached() {
  local name=$1 signal=$2 environment=$3 file=$data_folder/pids/$1.pid
  shift 3
  if [ "$KEEP_RUNNING" = yes ]; then
    set -- bash "$data_folder/keep_running.sh" "$file" "$signal" "$@"
    file=$data_folder/pids/$name.keeper
  fi
  # shellcheck disable=SC2016 # expanded by the inner shell
  (
    exec 9>&- </dev/null >/dev/null 2>&1
    with_environment "$environment" setsid sh -c 'umask 077; log=$1; shift; exec "$@" >>"$log" 2>&1' _ \
      "$data_folder/logs/$name.log" "$@"
  ) &
  record $! "$file"
}

# running NAME [PIDFILE]: it lives, and so does what keeps it running.
running() {
  alive "${2:-$data_folder/pids/$1.pid}" && { [ "$KEEP_RUNNING" = no ] || alive "$data_folder/pids/$1.keeper"; }
}

# stop NAME SIGNAL [PIDFILE]: the keeper first, which stops what it keeps; then what has none.
stop() {
  local limit_s=30
  # The worker waits for the mail server's answers to letters that it has handed over: smtp.timeouts.content_ms.
  [ "$1" != worker ] || limit_s=660
  stop_process "$data_folder/pids/$1.keeper" TERM "$limit_s"
  stop_process "${3:-$data_folder/pids/$1.pid}" "$2" "$limit_s"
}

# stop_process PIDFILE SIGNAL LIMIT_S: resent every 2 s, KILL after the limit.
stop_process() {
  local pid tick limit=$(($3 * 20))
  pid=$(pid_in "$1") || return 0
  for ((tick = 0; tick < limit + 200; tick++)); do
    alive "$1" || return 0
    if [ "$tick" = "$limit" ]; then
      say "${1##*/}" "does not stop in $3 s: killed"
      kill -KILL "$pid" 2>/dev/null || true
    elif [ $((tick % 40)) = 0 ]; then
      kill -"$2" "$pid" 2>/dev/null || true
    fi
    sleep 0.05
  done
  fail "process $pid of $1 does not stop"
}

# our_processes: prints the pid of each process of this stack.
our_processes() {
  local folder pid
  # One look at all of them: a process for each would take seconds on a busy machine.
  while read -r folder; do
    pid=${folder#/proc/}
    ! is_zombie "$pid" && is_ours "$pid" && echo "$pid"
  done < <(find /proc -maxdepth 1 -name '[0-9]*' -user "$service_user" 2>/dev/null)
  return 0
}

# terminate PID: what its head of the process tree takes for "stop at once, cleanly"; its children follow.
terminate() {
  local parent
  parent=$(awk '/^PPid/ { print $2 }' "/proc/$1/status" 2>/dev/null) || return 0
  ! is_ours "${parent:-0}" || return 0
  case $(cat "/proc/$1/comm" 2>/dev/null) in
    postgres) kill -INT "$1" 2>/dev/null || true ;;
    *) kill -TERM "$1" 2>/dev/null || true ;;
  esac
}

# sweep: stops whatever an aborted start left without a pid file.
sweep() {
  local tick pid pids
  for tick in {0..199}; do
    mapfile -t pids < <(our_processes)
    [ ${#pids[@]} -gt 0 ] || return 0
    if [ $((tick % 40)) = 0 ]; then
      for pid in "${pids[@]}"; do terminate "$pid"; done
    fi
    sleep 0.05
  done
}
