#!/bin/sh
# A job with a connection of type postgres: pg_dump finds server, database and login by itself.
#   runner-shim -c releases -- examples/jobs/postgres-backup.sh releases.dump
set -eu
pg_dump --format custom --file "$1"
