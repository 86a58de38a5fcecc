#!/bin/sh
# A job with a connection of type redis: counts this build. redis-cli finds the password by itself, and
# host, port and login in the URL.
#   runner-shim -c cache -- examples/jobs/redis-counter.sh
set -eu
echo "build $(redis-cli -u "$REDIS_URL" --no-auth-warning incr builds)"
