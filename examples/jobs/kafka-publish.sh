#!/bin/sh
# A job with a connection of type kafka: publishes each line of its standard input. kcat finds brokers and login
# in the file that KCAT_CONFIG names.
#   runner-shim -c events -- examples/jobs/kafka-publish.sh releases < events.jsonl
set -eu
kcat -P -t "$1"
