#!/bin/sh
# A job with a connection of type git: what came into a repository since its last tag. git asks for the login of
# the host as it always does, and is answered.
#   runner-shim -c code -- examples/jobs/git-changes.sh https://git.example.com/app.git
set -eu
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
git clone --quiet --bare "$1" "$directory"
git -C "$directory" log --format='* %s' "$(git -C "$directory" describe --tags --abbrev=0)"..
