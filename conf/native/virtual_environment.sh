#!/usr/bin/env bash
# virtual_environment.sh FOLDER [--development | --clickhouse]: makes or updates a Python environment with what the service
# needs (requirements.lock), with the project itself and everything for working on it (requirements-dev.lock), or with
# ClickHouse's engine (conf/clickhouse/requirements.lock).
# It is left alone until the lock file or the metadata of the project change, or FRESH=1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

folder=$1
kind=${2:-}
case $kind in
  '') lock=requirements.lock ;;
  --development) lock=requirements-dev.lock ;;
  --clickhouse) lock=conf/clickhouse/requirements.lock ;;
  *) echo "virtual_environment.sh knows --development and --clickhouse, not $kind" >&2 && exit 1 ;;
esac
stamp=$folder/.installed-from
minimum='(3, 11)'

# Debian's Python first: the service user can reach it, which a Python in somebody's home may not be.
python_to_use() {
  local candidate
  for candidate in /usr/bin/python3 python3 python3.13 python3.12 python3.11; do
    ! "$candidate" -c "import ensurepip, sys, venv; sys.exit(sys.version_info < $minimum)" 2>/dev/null || {
      echo "$candidate"
      return
    }
  done
  echo "no Python 3.11 or newer with its venv module; on Debian, as root: apt-get install python3-venv" >&2
  return 1
}

state() {
  local files=("$lock")
  [ "$kind" = --clickhouse ] || files+=(pyproject.toml setup.cfg tools/*/pyproject.toml)
  cat "${files[@]}" | sha256sum | cut -d' ' -f1
}

# Its commands name the folder they were made in: with a checkout that was moved or copied they run another one's.
was_made_here() {
  local made_in
  made_in=$(sed -n '1,2s|^[^/]*[!" ]\{1,2\}\(/.*\)/bin/python.*|\1|p' "$folder/bin/pip" 2>/dev/null | tail -n1)
  [ -n "$made_in" ] && [ "$made_in" -ef "$folder" ]
}

wanted=$(state) # before anything is installed: a lock file that changes meanwhile is for the next time
if [ -n "${FRESH:-}" ] || [ ! -x "$folder/bin/python" ] || ! was_made_here; then
  rm -rf "$folder"
elif [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
  exit 0
fi
umask 022
echo "Python environment: installing into $folder"
# An index or cache that warns of itself is the machine's own affair; what fails is said.
pip=("$folder/bin/python" -m pip install -qq --disable-pip-version-check)
if [ ! -x "$folder/bin/python" ]; then
  python=$(python_to_use)
  "$python" -m venv "$folder"
fi
# A lock file is complete; that of the engine leaves out what the engine names and the server does not need.
"${pip[@]}" --no-deps --require-hashes -r "$lock"
[ "$kind" != --development ] || "${pip[@]}" --no-deps -e . -e tools/sqlproof
echo "$wanted" >"$stamp"
