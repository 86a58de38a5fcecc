#pragma once
// Apache Airflow's connection URI (airflow.models.connection.Connection.get_uri):
//
//   TYPE://LOGIN:PASSWORD@HOST:PORT/SCHEMA?NAME=VALUE&…
//
// Each piece percent-encoded; `extra` as query parameters, or, where they cannot hold it, as one
// parameter __extra__ with a JSON object. A host may bring a protocol of its own
// (spark://k8s://10.0.0.1:443).
//
// Stricter than Airflow where it would guess or drop something: a malformed %XX, a raw `#`, a
// parameter given twice, parameters beside __extra__ and port 0 are errors. Hosts keep their case.

#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/connection.h"

namespace injector {

// White space around `uri` is ignored. Errors name the piece and nothing of the text. See
// ConnectionFromAirflow for the shape of the result.
Result<Connection> ParseAirflowUri(std::string_view uri);

// The URI that ParseAirflowUri and Airflow read as this connection. See AirflowPartsOf for fields
// that Airflow has no place for.
Result<Secret> WriteAirflowUri(const Connection& connection);

}  // namespace injector
