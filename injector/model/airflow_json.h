#pragma once
// Apache Airflow's connection as JSON (airflow.models.connection.Connection.from_json): an object
// of conn_type, description, host, port, login, password, schema, extra.

#include "injector/base/result.h"
#include "injector/model/connection.h"

namespace injector {

// `extra` may be an object, or text that holds one; the port a number or its text. null and ""
// count as absent. Every other member is refused, and errors hold nothing of the values. See
// ConnectionFromAirflow for the shape of the result.
Result<Connection> ConnectionFromAirflowJson(const Value& json);

// The object that ConnectionFromAirflowJson and Airflow read as this connection; it holds the
// secrets. See AirflowPartsOf for fields that Airflow has no place for.
Result<Value> AirflowJsonOf(const Connection& connection);

}  // namespace injector
