#!/bin/sh
# A job with a connection of type github: gh finds the token by itself.
#   runner-shim -c github -- examples/jobs/github-release.sh v1.2.3 dist/app.tar.gz
set -eu
gh release create "$1" --generate-notes "$2"
