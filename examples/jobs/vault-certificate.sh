#!/bin/sh
# A job with a connection of type vault: has a certificate issued. vault finds address and token by itself. What
# it answers is new, so nothing masks it: it goes to a file of the job's own.
#   runner-shim -c vault -- examples/jobs/vault-certificate.sh web www.example.com certificate.json
set -eu
umask 077
vault write -format=json "pki/issue/$1" common_name="$2" >"$3"
