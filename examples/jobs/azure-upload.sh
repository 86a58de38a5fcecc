#!/bin/sh
# A job with a connection of type azure. Microsoft's libraries find the login by themselves; az wants to be told,
# and reads the secret from its standard input (@-), where no other process sees it.
#   runner-shim -c cloud -- examples/jobs/azure-upload.sh report.txt myaccount mycontainer
set -eu
AZURE_CONFIG_DIR=$(mktemp -d)
export AZURE_CONFIG_DIR
trap 'rm -rf "$AZURE_CONFIG_DIR"' EXIT
printf %s "$AZURE_CLIENT_SECRET" | az login --output none --service-principal --tenant "$AZURE_TENANT_ID" \
  --username "$AZURE_CLIENT_ID" --password @-
az storage blob upload --auth-mode login --account-name "$2" --container-name "$3" --file "$1"
