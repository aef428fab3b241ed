# shellcheck shell=bash
# `make sql-catalog`: the page about every statement, made on this machine from the checkout's own environment, with the
# statistics of the stack's servers where they run. Sourced by the stack scripts, which define
#   keep_page FILE      puts the page where the API of this stack serves it from, and says where

# with_servers COMMAND…: with the settings of a command that may look into the servers, as this machine reaches them.
with_servers() {
  (
    export_lines < <(cat "$checkout"/.envs/app/templates/{common,owner,superuser}.env | fill_in)
    "$@"
  )
}

# sql_catalog [FILE]: into the file, else where /docs/sql finds it.
sql_catalog() {
  local page
  if [ -n "${1:-}" ]; then
    with_servers "$checkout/.venv/bin/sqlproof" catalogue --rules "$checkout/sql/rules.toml" --output "$1"
    return
  fi
  page=$(mktemp --suffix=.html)
  with_servers "$checkout/.venv/bin/sqlproof" catalogue --rules "$checkout/sql/rules.toml" --output "$page" | sed 's/^[^:]*: //' || { rm -f "$page" && return 1; }
  keep_page "$page"
  rm -f "$page"
}
