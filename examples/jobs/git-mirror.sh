#!/bin/sh
# A job with a connection of type ssh: git finds the key, and the host by the name of the connection.
#   runner-shim -c mirror -- examples/jobs/git-mirror.sh mirror:/srv/git/app.git
set -eu
git push --mirror "$1"
