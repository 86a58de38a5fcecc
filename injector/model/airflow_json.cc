#include "injector/model/airflow_json.h"

#include "injector/model/airflow_parts.h"
#include "injector/model/json.h"

namespace injector {
namespace {

Error JsonError(std::string_view problem) {
  return Error(ErrorCode::kInvalidArgument, "connection JSON: " + std::string(problem));
}

Result<Secret> Text(const Value& value, std::string_view name) {
  if (value.kind() == Value::Kind::kString) return value.string().Clone();
  return JsonError(std::string(name) + " must be a string");
}

class JsonReader {
 public:
  Result<Connection> Run(const Value& json) && {
    if (json.kind() != Value::Kind::kMap) return JsonError("expected an object");
    for (const Value::Member& member : json.members()) {
      if (member.value.is_null()) continue;
      RETURN_IF_ERROR(Add(member));
    }
    if (parts_.type.empty()) return JsonError("conn_type is missing");
    return ConnectionFromAirflow(std::move(parts_));
  }

 private:
  Status Add(const Value::Member& member) {
    if (member.name == "port") return SetPort(member.value);
    if (member.name == "extra") return SetExtra(member.value);
    if (member.name == "conn_type") return SetType(member.value);
    if (member.name == "description") return SetDescription(member.value);
    Secret* part = TextPart(member.name);
    if (part == nullptr) {
      return JsonError("it has a member that is none of Airflow's")
          .WithHint("Airflow's are conn_type description host port login password schema extra");
    }
    ASSIGN_OR_RETURN(*part, Text(member.value, member.name));
    return {};
  }

  Secret* TextPart(std::string_view name) {
    if (name == "host") return &parts_.host;
    if (name == "login") return &parts_.login;
    if (name == "password") return &parts_.password;
    return name == "schema" ? &parts_.schema : nullptr;
  }

  Status SetType(const Value& value) {
    ASSIGN_OR_RETURN(const Secret text, Text(value, "conn_type"));
    Result<std::string> type = NormaliseAirflowType(text.Reveal());
    if (!type.ok()) return std::move(type).error().WithContext("connection JSON");
    parts_.type = std::move(type).value();
    return {};
  }

  Status SetDescription(const Value& value) {
    ASSIGN_OR_RETURN(const Secret text, Text(value, "description"));
    parts_.description = text.Reveal();
    return {};
  }

  Status SetPort(const Value& value) {
    const Secret text = value.ToText();
    if (text.empty()) return {};
    const Result<std::uint16_t> port = ParsePort(text.Reveal());
    if (!port.ok()) return Error(port.error()).WithContext("connection JSON");
    parts_.port = *port;
    return {};
  }

  Status SetExtra(const Value& value) {
    Value extra = value.Clone();
    if (value.kind() == Value::Kind::kString) {
      if (value.string().empty()) return {};
      Result<Value> parsed = ParseJson(value.string().Reveal());
      if (!parsed.ok()) return std::move(parsed).error().WithContext("connection JSON: extra");
      extra = std::move(parsed).value();
    }
    if (extra.kind() != Value::Kind::kMap) return JsonError("extra must hold an object");
    parts_.extra = std::move(extra.members());
    return {};
  }

  AirflowParts parts_;
};

}  // namespace

Result<Connection> ConnectionFromAirflowJson(const Value& json) { return JsonReader().Run(json); }

Result<Value> AirflowJsonOf(const Connection& connection) {
  ASSIGN_OR_RETURN(AirflowParts parts, AirflowPartsOf(connection));
  std::vector<Value::Member> members;
  members.push_back({"conn_type", Value::String(parts.type)});
  const auto add_text = [&](std::string_view name, Secret text) {
    if (!text.empty()) members.push_back({std::string(name), Value::String(std::move(text))});
  };
  add_text("description", Secret::CopyOf(parts.description));
  add_text("host", std::move(parts.host));
  if (parts.port) members.push_back({"port", Value::Number(std::int64_t{*parts.port})});
  add_text("login", std::move(parts.login));
  add_text("password", std::move(parts.password));
  add_text("schema", std::move(parts.schema));
  if (!parts.extra.empty()) members.push_back({"extra", Value::Map(std::move(parts.extra))});
  return Value::Map(std::move(members));
}

}  // namespace injector
