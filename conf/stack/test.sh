#!/usr/bin/env bash
# test.sh STACK [ARGUMENT…]: pytest on servers of the tests' own, stopped afterwards unless KEEP is set. TEST_PROGRAM
# names another module that runs there instead of pytest.
# Without arguments it runs what a change usually breaks; with TESTS=long the tests that take minutes each. Natively, they
# run in two halves side by side, each on a stack of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

stack=$1
shift
export PROFILE=test
long_first_half=(
  tests/api/test_{generated_requests,hostile_input,parameters,reports,slow_clients}.py
  tests/benchmarks tests/clients tests/guide tests/plans tests/sqlproof
)
long_second_half=( # which start servers of their own among them, so never side by side
  tests/faults tests/infrastructure tests/relay tests/migrations tests/cli tests/reports tests/strength
  tests/api/test_*_races.py
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

# deal REST: every second file of the tests that are not long, from the first (1) or from the second (0).
deal() {
  find tests tools/sqlproof/tests -name 'test_*.py' -not -path '*/node_modules/*' -not -path '*/.venv/*' |
    grep -vE "^($(IFS='|' && echo "${long_first_half[*]}|${long_second_half[*]}"))" | sort | awk "NR % 2 == $1"
}

if [ -n "${TEST_PROGRAM:-}" ] || [ $# -gt 0 ]; then
  run "$@"
  exit
fi

if [ "${TESTS:-}" = long ]; then
  first_half=("${long_first_half[@]}")
  second_half=("${long_second_half[@]}")
else
  mapfile -t first_half < <(deal 1)
  mapfile -t second_half < <(deal 0)
fi
if [[ $stack != */native/* ]]; then
  run "${first_half[@]}" "${second_half[@]}"
  exit
fi

report=$(mktemp)
set -m # a process group of its own, which Ctrl-C does not reach by itself
(beside) >"$report" 2>&1 &
other=$!
set +m
trap 'kill -INT -- "-$other" 2>/dev/null || true; wait "$other" || true; rm -f "$report"' EXIT
status=0
(run "${first_half[@]}") || status=$?
wait "$other" || status=$?
printf '\nthe second half, beside it:\n'
cat "$report"
exit "$status"
