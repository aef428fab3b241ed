#!/usr/bin/env bash
# keep_running.sh PIDFILE SIGNAL COMMAND…: runs the command, and again when it ends by itself: what `restart:
# unless-stopped` is to a container. The file tells the pid and the start of the command, as in processes.sh. On TERM or
# INT it passes SIGNAL on and ends with the command.
set -uo pipefail

pid_file=$1 signal=$2
shift 2
wrong_settings=78 # EX_CONFIG: trying again would not help
longest_delay_s=5
delay_s=0
stopping=
trap 'stopping=yes; kill -s "$signal" "$child" 2>/dev/null' TERM INT

while [ -z "$stopping" ]; do
  started_at=$SECONDS
  "$@" &
  child=$!
  printf '%s\n' "$child" "$(sed 's/.*) //' "/proc/$child/stat" 2>/dev/null | cut -d' ' -f20)" >"$pid_file"
  wait "$child"
  status=$?
  # A trap ends wait before the child's end does.
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    status=$?
  done
  [ -z "$stopping" ] || exit 0
  [ "$status" != "$wrong_settings" ] || exit "$status"
  [ $((SECONDS - started_at)) -lt 30 ] || delay_s=0
  echo "$(date -u +%FT%TZ) ${pid_file##*/}: ended with status $status, starts again in $delay_s s"
  sleep "$delay_s" &
  wait $!
  delay_s=$((delay_s < longest_delay_s ? delay_s + 1 : longest_delay_s))
done
