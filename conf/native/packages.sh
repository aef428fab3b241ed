#!/usr/bin/env bash
# packages.sh [PACKAGE…]: installs the Debian packages of the native stack, or those that are named; starts, enables and
# creates none of Debian's own services.
# Without root it only checks, and names what is missing.
set -euo pipefail

packages=(postgresql-15 redis-server rabbitmq-server python3 python3-venv ca-certificates)
[ $# = 0 ] || packages=("$@")
# Packages that bring a service. One that this run adds is disabled again, or it starts at the next boot,
# RabbitMQ and epmd on every interface; one that was there before is somebody's own and is left alone.
service_packages=(postgresql-common redis-server rabbitmq-server erlang-base)
policy=/usr/sbin/policy-rc.d
cluster_rule=/etc/postgresql-common/createcluster.d/hiring.conf
apt_get=(apt-get -o DPkg::Lock::Timeout=300)
undo=()

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing_of() {
  local package
  for package in "$@"; do installed "$package" || printf '%s\n' "$package"; done
}

forbid_service_starts() {
  if [ ! -e "$policy" ] && [ ! -L "$policy" ]; then
    undo+=("$policy")
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  mkdir -p "${cluster_rule%/*}"
  undo+=("$cluster_rule")
  echo 'create_main_cluster = false' >"$cluster_rule"
}

remove_what_was_made() { [ ${#undo[@]} = 0 ] || rm -f "${undo[@]}"; }

known_to_apt() {
  local package
  for package in "$@"; do
    apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [^(]' || return 1
  done
}

install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  known_to_apt "$@" || "${apt_get[@]}" -q update
  local install=("${apt_get[@]}" install -qq -y --no-install-recommends --no-upgrade "$@")
  # Old lists name versions that the mirror has dropped since: fresh lists, once more.
  "${install[@]}" </dev/null || { "${apt_get[@]}" -q update && "${install[@]}" </dev/null; }
}

disable_services_of() {
  local package units script
  for package in "$@"; do
    installed "$package" || continue
    script=
    case $package in
      postgresql-common) units=(postgresql.service) script=postgresql ;;
      redis-server) units=(redis-server.service) script=redis-server ;;
      rabbitmq-server) units=(rabbitmq-server.service) script=rabbitmq-server ;;
      erlang-base) units=(epmd.service epmd.socket) ;;
    esac
    if command -v systemctl >/dev/null; then systemctl -q disable "${units[@]}"
    elif [ -n "$script" ]; then update-rc.d "$script" disable; fi
  done
}

mapfile -t missing < <(missing_of "${packages[@]}")
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ]; then
  echo "packages are missing; as root: apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
echo "packages: installing ${missing[*]}"
mapfile -t new_services < <(missing_of "${service_packages[@]}")
trap remove_what_was_made EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
forbid_service_starts
install_packages "${missing[@]}"
disable_services_of "${new_services[@]}"
