# shellcheck shell=bash
# Who runs the servers, and in which folder their data lies. Sourced.
#
# decide_where CHECKOUT LINK sets
#   service_user  oneself; for root the checkout's owner, or a system user `hiring` made for it
#   data_folder   $DATA_DIR, else CHECKOUT/LINK if the service user can work there and its path is plain, else a
#                 folder of the system's (root) or of the user's own, with CHECKOUT/LINK a symbolic link to it

# as_service COMMAND…: runs it as the service user, with nothing of the caller's environment.
as_service() {
  local clean=(env -i "${service_environment[@]}")
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid "$service_user" --regid "$service_group" --init-groups --reset-env "${clean[@]}" "$@" 9>&-
  else
    "${clean[@]}" "$@" 9>&-
  fi
}

decide_user() {
  if [ "$(id -u)" != 0 ]; then
    service_user=$(id -un)
  else
    service_user=$(stat -c %U "$1")
    case $service_user in
      root | UNKNOWN)
        service_user=hiring
        id -u "$service_user" >/dev/null 2>&1 || useradd --system --user-group --no-create-home \
          --home-dir /nonexistent --shell /usr/sbin/nologin "$service_user"
        ;;
    esac
  fi
  service_group=$(id -g "$service_user")
  service_environment=(LANG=C.UTF-8 LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin)
}

# usable FOLDER: whether the service user can keep private files, links and pipes there. Asked by doing it, as that
# user: the modes of the folder alone say nothing about its parents or its file system.
usable() {
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$1" 2>/dev/null && chown "$service_user:" "$1" 2>/dev/null || return 1
  fi
  # shellcheck disable=SC2016 # expanded by the inner shell
  as_service sh -c '
    umask 077
    mkdir -p "$1" && cd "$1" && chmod 700 . || exit 1
    rm -rf .probe && mkdir .probe && ln -s target .probe/link && mkfifo .probe/pipe || exit 1
    [ "$(stat -c %a%u .probe)" = "700$(id -u)" ] && rm -rf .probe' _ "$1" 2>/dev/null
}

# plain FOLDER: every server's settings can name it, without quotes.
plain() { [[ $1 =~ ^[A-Za-z0-9._/@+=-]+$ ]]; }

elsewhere() {
  local name
  name=$(printf %s "$1" | sha256sum | cut -c1-8)
  if [ "$(id -u)" = 0 ]; then
    install -d -m 755 /var/lib/hiring
    echo "/var/lib/hiring/$name"
  else
    echo "${XDG_STATE_HOME:-$HOME/.local/state}/hiring/$name"
  fi
}

# belongs_to_another FOLDER: it holds something, and its owner is not the service user.
belongs_to_another() {
  [ -e "$1" ] && [ "$(stat -c %U "$1")" != "$service_user" ] && [ -n "$(ls -A "$1" 2>/dev/null || echo unreadable)" ]
}

decide_folder() {
  local link=$1
  if [ -n "${DATA_DIR:-}" ]; then
    data_folder=$DATA_DIR
    plain "$data_folder" || fail "DATA_DIR=$data_folder: letters, digits and . _ / @ + = - only"
    usable "$data_folder" || fail "$service_user cannot use DATA_DIR=$data_folder"
    return
  fi
  if [ -L "$link" ]; then data_folder=$(readlink "$link"); else data_folder=$link; fi
  if [ "$data_folder" = "$link" ] && belongs_to_another "$link"; then
    fail "$link belongs to $(stat -c %U "$link"), not to $service_user: run make as its owner, or remove it"
  fi
  plain "$data_folder" && usable "$data_folder" && return
  [ "$data_folder" != "$link" ] || rmdir "$link" 2>/dev/null || true
  data_folder=$(elsewhere "$link")
  { plain "$data_folder" && usable "$data_folder"; } || fail "no folder for $service_user: set DATA_DIR"
  { [ -d "$link" ] && [ ! -L "$link" ]; } || ln -sfn "$data_folder" "$link" 2>/dev/null || true
}

decide_where() {
  decide_user "$1"
  decide_folder "$1/$2"
}
