#!/bin/sh
# A job with a connection of type mongodb. mongodump takes the whole string, but as an argument every process of
# the machine could read it: it gets a configuration file that is never on a disk.
#   runner-shim -c events -- examples/jobs/mongodb-backup.sh events.archive.gz
set -eu
printf 'uri: "%s"\n' "$MONGODB_URI" | mongodump --config /dev/stdin --archive="$1" --gzip
