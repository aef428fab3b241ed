# shellcheck shell=bash
# How the scripts speak, fail and wait. Sourced.

say() { printf '%-22s %s\n' "$1" "$2"; }

fail() {
  echo "$*" >&2
  exit 1
}

# wait_until SECONDS COMMAND…: tries every 50 ms.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.05
  done
}

# end_on_interrupt [COMMAND]: Ctrl-C is how a live view ends. make hears it too, and complains when its child is gone
# before it has begun to wait: hence the moment.
end_on_interrupt() {
  # shellcheck disable=SC2064 # the command is known now
  trap "${1:-:}; sleep 0.2; exit 0" INT TERM
}
