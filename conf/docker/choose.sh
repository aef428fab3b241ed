#!/usr/bin/env bash
# Prints how the stack runs here, docker or native, and says why in one line on standard error.
# docker where an engine answers and the images are there or can be pulled; native elsewhere, and where it runs already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

choose() {
  echo "$1"
  echo "INFRA=$1: $2" >&2
  exit 0
}

setting() { { grep -hs "^$1=" .envs/infra/.env .envs/infra/.env.example || true; } | sed -n '1s/^[^=]*=//p'; }

data=${DATA_DIR:-$(setting DATA_DIR)}
[ ! -s "${data:=.run}/postgres/primary/PG_VERSION" ] || choose native "the data of this checkout is in $data"
command -v docker >/dev/null || choose native "there is no Docker here"
timeout 10 docker info >/dev/null 2>&1 || choose native "no Docker engine answers"
docker compose version >/dev/null 2>&1 || choose native "this Docker has no compose"
images=(POSTGRES_IMAGE REDIS_IMAGE RABBITMQ_IMAGE PYTHON_IMAGE)
[ "${ANALYTICS:-$(setting ANALYTICS)}" = 0 ] || images+=(CLICKHOUSE_IMAGE)
for name in "${images[@]}"; do
  image=$(setting $name)
  docker image inspect "$image" >/dev/null 2>&1 || timeout 20 docker manifest inspect "$image" >/dev/null 2>&1 ||
    choose native "the image $image is not here and cannot be pulled"
done
choose docker "an engine answers and has the images, or can pull them"
