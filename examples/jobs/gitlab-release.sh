#!/bin/sh
# A job with a connection of type gitlab: glab finds token and host by itself.
#   runner-shim -c gitlab -- examples/jobs/gitlab-release.sh v1.2.3 dist/app.tar.gz
set -eu
glab release create "$1" "$2" --notes "Release $1"
