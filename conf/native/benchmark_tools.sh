#!/usr/bin/env bash
# benchmark_tools.sh: installs what `benchmarks/peers` needs: wrk, the packages of its requirements.lock in an environment
# of its own, and the Go peer where Debian's Go is installed. They are left alone until one of these files changes, or
# FRESH=1. `benchmark_tools.sh lock [UV OPTION…]` writes the lock file.
set -euo pipefail
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
cd "$scripts/../../benchmarks/peers"

python=../../.venv/bin
stamp=.venv/.installed-from
go_packages=(golang-go golang-github-jackc-pgx-v4-dev)
go_libraries=/usr/share/gocode

if [ "${1:-}" = lock ]; then
  shift
  "$python/uv" pip compile "$@" --output-file requirements.lock requirements.in
  exit
fi

has_go() { command -v go >/dev/null && [ -d "$go_libraries/src/github.com/jackc/pgx" ]; }

state() {
  {
    cat requirements.lock go/main.go
    ! has_go || go version
  } | sha256sum | cut -d' ' -f1
}

command -v wrk >/dev/null || "$scripts/packages.sh" wrk
has_go || echo "benchmark: no Go peer, because go or its pgx is missing; to install them: apt-get install ${go_packages[*]}"
[ -n "${FRESH:-}" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$(state)" ] || exit 0
umask 022
echo "benchmark: installing its peers into benchmarks/peers/.venv"
"$python/uv" --quiet venv --clear --python "$python/python" .venv
"$python/uv" --quiet pip sync --python .venv --require-hashes requirements.lock
! has_go || GO111MODULE=off GOPATH=$go_libraries go build -o .venv/bin/go_peer ./go
state >"$stamp"
