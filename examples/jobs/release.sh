#!/usr/bin/env bash
# A job as it is often written. It holds no credential: psql, the AWS and the Docker tools find theirs in
# the environment and the files that runner-shim prepared. And it makes the classic mistakes.

echo "1. log in to the database"
psql --no-psqlrc --tuples-only --no-align \
  --command "select 'logged in as ' || current_user || ' to ' || current_database()"

echo "2. print the whole environment"
env | grep -E '^(PG|AWS|DATABASE_URL|DOCKER_CONFIG|WEBHOOK)' | sort

echo "3. trace every command"
set -x
# shellcheck disable=SC2034  # that it is traced is all
curl_config="user = $PGUSER:$PGPASSWORD"
{ set +x; } 2>/dev/null

echo "4. print an encoded password, wrapped and not"
echo "$PGPASSWORD" | base64
printf 'Basic %s\n' "$(printf '%s' "$PGUSER:$PGPASSWORD" | base64 --wrap=12)"

echo "5. print a URL that holds it"
echo "connecting to $DATABASE_URL"

echo "6. print a file that holds it"
cat "$DOCKER_CONFIG/config.json"; echo

echo "7. write it in two halves"
printf '%s' "${AWS_SECRET_ACCESS_KEY:0:20}"
sleep 0.1
printf '%s\n' "${AWS_SECRET_ACCESS_KEY:20}"
