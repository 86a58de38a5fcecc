#!/bin/sh
# A job with a connection of type mysql: mysqldump finds server and login in the option file of the connection;
# of which database is said here, as it has no option for that.
#   runner-shim -c shop -- examples/jobs/mysql-backup.sh shop shop.sql
set -eu
mysqldump --single-transaction --result-file="$2" "$1"
