#include "injector/model/airflow_parts.h"

#include <algorithm>
#include <charconv>

#include "injector/base/ascii.h"
#include "injector/model/catalogue.h"

namespace injector {
namespace {

constexpr std::string_view kPartNames[] = {"host", "port", "login", "password", "schema"};

// The part that holds `field_name` in connections of `type`; empty when that is `extra`.
std::string_view PartFor(std::string_view type, std::string_view field_name) {
  const std::string_view canonical = CanonicalFieldName(type, field_name);
  for (std::string_view part : kPartNames) {
    if (CanonicalFieldName(type, part) == canonical) return part;
  }
  return {};
}

bool IsScalar(const Value& value) {
  return value.kind() != Value::Kind::kMap && value.kind() != Value::Kind::kList;
}

Error TwoValues(const Connection& connection, std::string_view name) {
  return Error(ErrorCode::kConflict,
               connection.name.Full() + ": two different values for " + std::string(name));
}

class PartsCollector {
 public:
  explicit PartsCollector(const Connection& connection) : connection_(connection) {}

  Result<AirflowParts> Run() && {
    ASSIGN_OR_RETURN(parts_.type, NormaliseAirflowType(connection_.name.type));
    parts_.description = connection_.description;
    for (const Field& field : connection_.fields) {
      RETURN_IF_ERROR(Add(field));
    }
    return std::move(parts_);
  }

 private:
  Status Add(const Field& field) {
    if (field.value.is_null()) return {};
    if (field.name == "extra" && field.value.kind() == Value::Kind::kMap) {
      return AddExtraMembers(field.value);
    }
    const std::string_view part = PartFor(connection_.name.type, field.name);
    if (part.empty() || !IsScalar(field.value)) return AddExtra(field.name, field.value);
    return part == "port" ? SetPort(field) : SetText(TextPart(part), field);
  }

  Secret& TextPart(std::string_view part) {
    if (part == "host") return parts_.host;
    if (part == "login") return parts_.login;
    return part == "password" ? parts_.password : parts_.schema;
  }

  Status SetText(Secret& part, const Field& field) {
    Secret text = field.value.ToText();
    if (!part.empty() && !(part == text)) return TwoValues(connection_, field.name);
    part = std::move(text);
    return {};
  }

  Status SetPort(const Field& field) {
    const Secret text = field.value.ToText();
    if (text.empty()) return {};
    const Result<std::uint16_t> port = ParsePort(text.Reveal());
    if (!port.ok()) return Error(port.error()).WithContext("field " + field.name);
    if (parts_.port && *parts_.port != *port) return TwoValues(connection_, field.name);
    parts_.port = *port;
    return {};
  }

  Status AddExtraMembers(const Value& extra) {
    for (const Value::Member& member : extra.members()) {
      RETURN_IF_ERROR(AddExtra(member.name, member.value));
    }
    return {};
  }

  Status AddExtra(const std::string& name, const Value& value) {
    for (const Value::Member& member : parts_.extra) {
      if (member.name != name) continue;
      if (member.value == value) return {};
      return TwoValues(connection_, name);
    }
    parts_.extra.push_back({name, value.Clone()});
    return {};
  }

  const Connection& connection_;
  AirflowParts parts_;
};

}  // namespace

Result<std::string> NormaliseAirflowType(std::string_view type) {
  std::string normalised = ToAsciiLower(type);
  std::replace(normalised.begin(), normalised.end(), '-', '_');
  if (normalised == "postgresql") normalised = "postgres";
  if (IsValidType(normalised)) return normalised;
  Error error(ErrorCode::kInvalidArgument,
              "the connection type must be 1 to 64 letters, digits, - or _");
  if (type.find('+') == std::string_view::npos) return error;
  // SQLAlchemy's dialect+driver.
  return std::move(error).WithHint("leave out the + and the driver after it");
}

Result<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (whole && port > 0) return port;
  return Error(ErrorCode::kInvalidArgument, "the port must be a number from 1 to 65535");
}

Connection ConnectionFromAirflow(AirflowParts parts) {
  Connection connection;
  connection.name.type = std::move(parts.type);
  connection.description = std::move(parts.description);
  const auto add_text = [&](std::string_view name, Secret text) {
    if (!text.empty()) {
      connection.fields.push_back({std::string(name), Value::String(std::move(text))});
    }
  };
  add_text("host", std::move(parts.host));
  if (parts.port) connection.fields.push_back({"port", Value::Number(std::int64_t{*parts.port})});
  add_text("login", std::move(parts.login));
  add_text("password", std::move(parts.password));
  add_text("schema", std::move(parts.schema));
  if (!parts.extra.empty()) {
    connection.fields.push_back({"extra", Value::Map(std::move(parts.extra))});
  }
  return connection;
}

Result<AirflowParts> AirflowPartsOf(const Connection& connection) {
  return PartsCollector(connection).Run();
}

}  // namespace injector
