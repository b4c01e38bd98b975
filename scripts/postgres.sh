#!/usr/bin/env bash
# A PostgreSQL server for tests: on a socket in a folder of its own, fast and without any safety.
#   scripts/postgres.sh start FOLDER   prints its URL, for TEST_POSTGRES_URL; FOLDER must not exist
#   scripts/postgres.sh stop FOLDER    stops it and removes the folder
# Needs PostgreSQL's own programs (Debian: apt-get install postgresql). It listens on no port.
set -euo pipefail

[ $# = 2 ] || { sed -n '2,5p' "$0"; exit 2; }
folder=$2
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || echo /missing/initdb)")
[ -x "$bin/initdb" ] || { echo "no initdb: PostgreSQL is not installed" >&2; exit 1; }

# PostgreSQL does not run as root.
as_owner() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

case $1 in
start)
  mkdir "$folder"
  folder=$(cd "$folder" && pwd)
  [ "$(id -u)" != 0 ] || chown postgres "$folder"
  cd "$folder"
  as_owner "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log"
  # Nobody pulls the plug of a test: no fsync.
  as_owner "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -s \
    -o "-k $folder -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200 -c autovacuum=off" \
    start >/dev/null
  echo "postgresql:///postgres?host=$folder&user=postgres"
  ;;
stop)
  as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop || true
  rm -rf "$folder"
  ;;
*) sed -n '2,5p' "$0"; exit 2 ;;
esac
