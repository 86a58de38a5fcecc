#!/bin/sh
# A job with a connection of type docker: gives an image another name in its registry. skopeo, like docker and
# podman, finds the login of the registry by itself.
#   runner-shim -c images -- examples/jobs/image-promote.sh registry.example.com/web 1.2 stable
set -eu
skopeo copy "docker://$1:$2" "docker://$1:$3"
