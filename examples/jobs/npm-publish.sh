#!/bin/sh
# A job with a connection of type npm: npm finds the registry and its login in the .npmrc of the connection.
#   runner-shim -c packages -- examples/jobs/npm-publish.sh
set -eu
npm ci
npm publish
