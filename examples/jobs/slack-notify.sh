#!/bin/sh
# A job with a connection of type slack. The URL of a webhook is a secret, so curl reads it from its standard
# input: on the command line every process of the machine would see it.
#   runner-shim -c announce -- examples/jobs/slack-notify.sh 'Release 1.2.3 is out'
set -eu
message=$(python3 -c 'import json, sys; print(json.dumps({"text": sys.argv[1]}))' "$1")
printf 'url = "%s"\n' "$SLACK_WEBHOOK_URL" |
  curl --silent --show-error --fail --config - --header 'Content-Type: application/json' --data "$message"
