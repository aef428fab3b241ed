#!/usr/bin/env bash
# test.sh STACK [ARGUMENT…]: pytest on servers of the tests' own, stopped afterwards unless KEEP is set. TEST_PROGRAM
# names another module that runs there instead of pytest.
# Without arguments, natively, they run in two halves side by side, each on a stack of its own: each half takes ten
# minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

stack=$1
shift
export PROFILE=test
second_half=(
  tests/faults tests/infrastructure tests/relay tests/consumers tests/migrations tests/cli tests/sqlproof
  tests/analytics tests/reports tests/pictures
)

stop() { [ -n "${KEEP:-}" ] || "$stack" down; }

# run ARGUMENT…: pytest on the stack that TEST_STACK names.
run() {
  trap stop EXIT
  # shellcheck source=/dev/null
  "$stack" up && . ".run-test${TEST_STACK:+-$TEST_STACK}/env" && .venv/bin/python -m "${TEST_PROGRAM:-pytest}" "$@"
}

beside() {
  export TEST_STACK=second TEST_PORT_BASE=$((${TEST_PORT_BASE:-16400} + 20))
  run -q "${second_half[@]}"
}

if [ -n "${TEST_PROGRAM:-}" ] || [ $# -gt 0 ] || [[ $stack != */native/* ]]; then
  run "$@"
  exit
fi

report=$(mktemp)
set -m # a process group of its own, which Ctrl-C does not reach by itself
(beside) >"$report" 2>&1 &
other=$!
set +m
trap 'kill -INT -- "-$other" 2>/dev/null || true; wait "$other" || true; rm -f "$report"' EXIT
status=0
(run "${second_half[@]/#/--ignore=}") || status=$?
wait "$other" || status=$?
printf '\nthe second half, beside it: %s\n' "${second_half[*]}"
cat "$report"
exit "$status"
