#pragma once
// The six places in which Apache Airflow keeps a connection, whatever text it is written in (URI or
// JSON, see airflow_uri.h and airflow_json.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"

namespace injector {

struct AirflowParts {
  std::string type;  // normalised, see NormaliseAirflowType
  Secret host;       // empty: absent, here and below
  std::optional<std::uint16_t> port;
  Secret login;
  Secret password;
  Secret schema;
  std::vector<Value::Member> extra;
  std::string description;
};

// Airflow's own spelling of a type: lower case, `_` for `-`, and "postgres" for "postgresql".
// kInvalidArgument when that is no valid type.
Result<std::string> NormaliseAirflowType(std::string_view type);

// A port in decimal, 1 to 65535: nothing can be reached at port 0.
Result<std::uint16_t> ParsePort(std::string_view text);

// A connection without alias, which Airflow's texts do not hold. Fields come as host, port (a
// number), login, password, schema, extra (a map); absent parts give no field.
Connection ConnectionFromAirflow(AirflowParts parts);

// The parts of any connection. A field goes where a synonym of it belongs (the access_key_id of an
// aws connection is its login), and into `extra` under its own name when it belongs nowhere. Two
// different values for one part or member: kConflict.
Result<AirflowParts> AirflowPartsOf(const Connection& connection);

}  // namespace injector
