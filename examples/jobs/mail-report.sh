#!/bin/sh
# A job with a connection of type smtp: sends what it is given on its standard input.
#   make test | runner-shim -c mail -- examples/jobs/mail-report.sh team@example.com
set -eu
{ printf 'To: %s\nSubject: report\n\n' "$1"; cat; } | msmtp --file="$MSMTPRC" "$1"
