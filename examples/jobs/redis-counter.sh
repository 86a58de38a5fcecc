#!/bin/sh
# A job with a connection of type redis: counts this build. redis-cli finds the password by itself; the rest
# is named, and not by the URL, whose password every process of the machine could read on the command line.
#   runner-shim -c cache -- examples/jobs/redis-counter.sh
set -eu
set -- -h "$REDIS_HOST" -p "$REDIS_PORT" ${REDIS_USER:+--user "$REDIS_USER"} -n "${REDIS_DB:-0}" ${REDIS_TLS:+--tls}
echo "build $(redis-cli "$@" incr builds)"
