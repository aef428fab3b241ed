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
