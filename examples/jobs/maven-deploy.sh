#!/bin/sh
# A job with a connection of type maven, whose server_id is the id of the repository in the pom.xml. Maven 3.9
# finds the settings by itself (MAVEN_ARGS); older ones want to be told.
#   runner-shim -c packages -- examples/jobs/maven-deploy.sh
set -eu
mvn --batch-mode --settings "$INJECTOR_MAVEN_SETTINGS" "${@:-deploy}"
