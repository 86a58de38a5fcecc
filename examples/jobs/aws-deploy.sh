#!/bin/sh
# A job with a connection of type aws: new code for a function. aws finds keys and region by itself; before
# version 2.13 it does not read the variable of another endpoint.
#   runner-shim -c aws -- examples/jobs/aws-deploy.sh resize dist/resize.zip
set -eu
aws ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} --output text --query Version \
  lambda update-function-code --publish --function-name "$1" --zip-file "fileb://$2"
