#!/bin/sh
# A job with a connection of type gcp: gcloud finds the key file and the project by itself.
#   runner-shim -c cloud -- examples/jobs/gcp-upload.sh report.txt gs://my-bucket/
set -eu
gcloud storage cp "$1" "$2"
