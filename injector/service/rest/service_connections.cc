// /api/v1/service-connections

#include "injector/service/connections.h"
#include "injector/service/rest/resources.h"

namespace injector::rest {
namespace {

constexpr std::string_view kAll = "/api/v1/service-connections";
constexpr std::string_view kOne = "/api/v1/service-connections/{id}";
constexpr std::string_view kVersions = "/api/v1/service-connections/{id}/versions";

// A member of what is shown, if it is of the kind that was stored. Somebody may have written over
// it: then `otherwise` is shown, and the rest goes on.
Value ShownOr(const ConnectionView& view, std::string_view name, Value otherwise) {
  const Value* member = view.shown.Find(name);
  return member != nullptr && member->kind() == otherwise.kind() ? member->Clone()
                                                                 : std::move(otherwise);
}

Value ToJson(const ConnectionView& view) {
  ObjectBuilder json;
  json.Add("id", view.id).Add("name", view.name.alias).Add("type", view.name.type);
  json.Add("default", ShownOr(view, "default", Value::Bool(false)));
  json.Add("description", ShownOr(view, "description", Value::String(std::string_view())));
  json.Add("version", view.version);
  json.Add("fields", ShownOr(view, "fields", Value::Map({})));
  json.Add("secretFields", ShownOr(view, "secretFields", Value::List({})));
  for (const char* optional : {"noScrub", "expiresAt", "rotateEvery"}) {
    const Value* member = view.shown.Find(optional);
    if (member != nullptr) json.Add(optional, member->Clone());
  }
  json.Add("createdBy", view.created_by).Add("createdAt", view.created_at);
  json.Add("changedBy", view.changed_by).Add("changedAt", view.changed_at);
  json.Add("rotatedAt", view.rotated_at);
  if (view.last_used_at) json.Add("lastUsedAt", *view.last_used_at);
  if (view.is_damaged) json.AddBool("isDamaged", true);
  return std::move(json).Build();
}

http::ServerResponse OneAnswer(int status, const ConnectionView& view) {
  return WithEtag(JsonAnswer(status, ToJson(view)), view.version);
}

// What a member is once a merge patch has removed it.
Value EmptyOf(std::string_view member) {
  if (member == "default") return Value::Bool(false);
  if (member == "secretFields" || member == "noScrub") return Value::List({});
  return Value::String(std::string_view());
}

// The body as the envelope that Connections takes: only its members, and always a config. What a
// merge patch removes is empty afterwards.
Result<Value> Envelope(Value body, std::initializer_list<std::string_view> known) {
  RETURN_IF_ERROR(ObjectReader::Open(body, known));
  ObjectBuilder envelope;
  bool has_config = false;
  for (Value::Member& member : body.members()) {
    Value& value = member.value;
    if (member.name == "config") {
      has_config = true;
      if (value.kind() != Value::Kind::kMap) {
        return Error(ErrorCode::kInvalidArgument, "config: expected a JSON object");
      }
    } else if (value.is_null()) {
      value = EmptyOf(member.name);
    }
    envelope.Add(member.name, std::move(value));
  }
  if (!has_config) envelope.Add("config", Value::Map({}));
  return std::move(envelope).Build();
}

Answer List(Connections& connections, const Call& call) {
  ASSIGN_OR_RETURN(const Query query, Query::Parse(call.request.query, {"after", "limit", "name"}));
  ASSIGN_OR_RETURN(const PageRequest page, PageOf(query));
  ASSIGN_OR_RETURN(const Page<ConnectionView> views,
                   connections.List(call.principal, page, query.Text("name")));
  return PageAnswer(views, ToJson);
}

Answer Create(Connections& connections, const Call& call) {
  ASSIGN_OR_RETURN(Value body, JsonBody(call));
  if (body.Find("config") == nullptr) {
    return Error(ErrorCode::kInvalidArgument, "config: expected a JSON object");
  }
  ASSIGN_OR_RETURN(
      const Value envelope,
      Envelope(std::move(body), {"name", "type", "config", "default", "description", "expiresAt",
                                 "rotateEvery", "secretFields", "noScrub"}));
  ASSIGN_OR_RETURN(const std::optional<OnceKey> once, OnceKeyOf(call));
  ASSIGN_OR_RETURN(const ConnectionView view, connections.Create(call.principal, envelope, once));
  return OneAnswer(201, view);
}

Answer Get(Connections& connections, const Call& call) {
  ASSIGN_OR_RETURN(const ConnectionView view, connections.Get(call.principal, call.Segment("id")));
  return OneAnswer(200, view);
}

Answer Change(Connections& connections, const Call& call) {
  ASSIGN_OR_RETURN(const std::optional<std::int64_t> version, RequiredIfMatch(call));
  ASSIGN_OR_RETURN(Value body, JsonBody(call));
  ASSIGN_OR_RETURN(const Value patch,
                   Envelope(std::move(body), {"config", "default", "description", "expiresAt",
                                              "rotateEvery", "secretFields", "noScrub"}));
  ASSIGN_OR_RETURN(const std::optional<OnceKey> once, OnceKeyOf(call));
  ASSIGN_OR_RETURN(const ConnectionView view,
                   connections.Patch(call.principal, call.Segment("id"), version, patch, once));
  return OneAnswer(200, view);
}

Answer Delete(Connections& connections, const Call& call) {
  ASSIGN_OR_RETURN(const Query query, Query::Parse(call.request.query, {"force"}));
  ASSIGN_OR_RETURN(const bool force, query.Bool("force"));
  ASSIGN_OR_RETURN(const std::optional<std::int64_t> version, IfMatch(call));
  RETURN_IF_ERROR(connections.Delete(call.principal, call.Segment("id"),
                                     force ? DeleteMode::kForce : DeleteMode::kUnused, version));
  return EmptyAnswer();
}

Answer Versions(Connections& connections, const Call& call) {
  ASSIGN_OR_RETURN(const Query query, Query::Parse(call.request.query, {"after", "limit"}));
  ASSIGN_OR_RETURN(const PageRequest page, PageOf(query));
  ASSIGN_OR_RETURN(const Page<ConnectionView> views,
                   connections.Versions(call.principal, call.Segment("id"), page));
  return PageAnswer(views, ToJson);
}

Answer RollBack(Connections& connections, const Call& call) {
  ASSIGN_OR_RETURN(const std::optional<std::int64_t> expected, RequiredIfMatch(call));
  ASSIGN_OR_RETURN(const Value body, JsonBody(call));
  ASSIGN_OR_RETURN(const ObjectReader reader, ObjectReader::Open(body, {"version"}));
  ASSIGN_OR_RETURN(const std::optional<std::int64_t> version, reader.Number("version"));
  if (!version) return Error(ErrorCode::kInvalidArgument, "version: expected a whole number");
  ASSIGN_OR_RETURN(const std::optional<OnceKey> once, OnceKeyOf(call));
  ASSIGN_OR_RETURN(
      const ConnectionView view,
      connections.RollBack(call.principal, call.Segment("id"), expected, *version, once));
  return OneAnswer(200, view);
}

}  // namespace

std::vector<Route> ServiceConnectionRoutes(Desk& desk) {
  const auto with = [&desk](Answer (*function)(Connections&, const Call&)) {
    return [&desk, function](const Call& call) {
      Connections connections(desk);
      return function(connections, call);
    };
  };
  return {{"GET", kAll, "listConnections", Operation::kReadConnections, with(List)},
          {"POST", kAll, "createConnection", Operation::kCreateConnection, with(Create)},
          {"GET", kOne, "getConnection", Operation::kReadConnections, with(Get)},
          {"PATCH", kOne, "changeConnection", Operation::kChangeConnection, with(Change)},
          {"DELETE", kOne, "deleteConnection", Operation::kDeleteConnection, with(Delete)},
          {"GET", kVersions, "listVersions", Operation::kReadConnections, with(Versions)},
          {"POST", "/api/v1/service-connections/{id}/rollback", "rollBackConnection",
           Operation::kChangeConnection, with(RollBack)}};
}

}  // namespace injector::rest
