#!/bin/sh
# The job: uploads FILE to where $DESTINATION says. The keys are where `aws` looks for them.
#   upload.sh FILE
set -eu
# Before version 2.13 the AWS CLI does not read this variable itself.
exec aws ${AWS_ENDPOINT_URL_S3:+--endpoint-url "$AWS_ENDPOINT_URL_S3"} s3 cp --no-progress "$1" "$DESTINATION/"
