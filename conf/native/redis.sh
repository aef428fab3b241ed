# shellcheck shell=bash
# Redis, two instances: eviction and persistence are settings of an instance. Sourced by stack.sh.

# start_redis NAME PORT PASSWORD
start_redis() {
  local folder=$data_folder/redis/$1
  ! running "redis-$1" || return 0
  stop "redis-$1" TERM
  as_service mkdir -p "$folder"
  { cat "$configuration/redis/$1.conf" && printf '%s\n' "port $2" 'bind 127.0.0.1' "dir $folder" "requirepass $3"; } |
    write_as_service "$folder/redis.conf"
  start_detached "redis-$1" TERM /dev/null redis-server "$folder/redis.conf"
}

redis_up() {
  start_redis sessions "$REDIS_SESSIONS_PORT" "$REDIS_SESSIONS_PASSWORD"
  start_redis cache "$REDIS_CACHE_PORT" "$REDIS_CACHE_PASSWORD"
}

redis_ready() {
  wait_until 30 listens "$REDIS_SESSIONS_PORT" || fail "Redis sessions does not start: $data_folder/logs/redis-sessions.log"
  wait_until 30 listens "$REDIS_CACHE_PORT" || fail "Redis cache does not start: $data_folder/logs/redis-cache.log"
}

redis_down() {
  stop redis-sessions TERM
  stop redis-cache TERM
}
