// /api/v1/variables

#include "injector/service/variables.h"

#include "injector/model/redaction.h"
#include "injector/service/rest/resources.h"

namespace injector::rest {
namespace {

constexpr std::string_view kAll = "/api/v1/variables";
constexpr std::string_view kOne = "/api/v1/variables/{key}";

Value ToJson(const VariableView& view) {
  ObjectBuilder json;
  json.Add("id", view.id).Add("key", view.key);
  if (view.value) json.Add("value", *view.value);
  json.AddBool("isSecret", view.is_secret).Add("description", view.description);
  json.Add("version", view.version);
  json.Add("createdBy", view.created_by).Add("createdAt", view.created_at);
  json.Add("changedBy", view.changed_by).Add("changedAt", view.changed_at);
  if (view.is_damaged) json.AddBool("isDamaged", true);
  return std::move(json).Build();
}

http::ServerResponse OneAnswer(int status, const VariableView& view) {
  return WithEtag(JsonAnswer(status, ToJson(view)), view.version);
}

Result<std::optional<Secret>> ReadValue(const ObjectReader& reader) {
  const Value* value = reader.Find("value");
  if (value == nullptr) return std::optional<Secret>();
  if (value->kind() != Value::Kind::kString) {
    return Error(ErrorCode::kInvalidArgument, "value: expected a string");
  }
  return std::optional<Secret>(value->string().Clone());
}

Answer List(Variables& variables, const Call& call) {
  ASSIGN_OR_RETURN(const Query query, Query::Parse(call.request.query, {"after", "limit"}));
  ASSIGN_OR_RETURN(const PageRequest page, PageOf(query));
  ASSIGN_OR_RETURN(const Page<VariableView> views, variables.List(call.principal, page));
  return PageAnswer(views, ToJson);
}

Answer Create(Variables& variables, const Call& call) {
  ASSIGN_OR_RETURN(const Value body, JsonBody(call));
  ASSIGN_OR_RETURN(const ObjectReader reader,
                   ObjectReader::Open(body, {"key", "value", "isSecret", "description"}));
  Variable variable;
  ASSIGN_OR_RETURN(variable.key, reader.RequiredText("key"));
  ASSIGN_OR_RETURN(std::optional<Secret> value, ReadValue(reader));
  if (!value) return Error(ErrorCode::kInvalidArgument, "value: expected a string");
  variable.value = *std::move(value);
  ASSIGN_OR_RETURN(const std::optional<bool> is_secret, reader.Bool("isSecret"));
  variable.is_secret = is_secret.value_or(IsSecretVariable(variable.key, variable.value));
  ASSIGN_OR_RETURN(const std::optional<std::string> description, reader.Text("description"));
  variable.description = description.value_or("");
  ASSIGN_OR_RETURN(const std::optional<OnceKey> once, OnceKeyOf(call));
  ASSIGN_OR_RETURN(const VariableView view, variables.Create(call.principal, variable, once));
  return OneAnswer(201, view);
}

Answer Get(Variables& variables, const Call& call) {
  ASSIGN_OR_RETURN(const VariableView view, variables.Get(call.principal, call.Segment("key")));
  return OneAnswer(200, view);
}

Answer Change(Variables& variables, const Call& call) {
  ASSIGN_OR_RETURN(const std::optional<std::int64_t> version, RequiredIfMatch(call));
  ASSIGN_OR_RETURN(const Value body, JsonBody(call));
  ASSIGN_OR_RETURN(const ObjectReader reader,
                   ObjectReader::Open(body, {"value", "isSecret", "description"}));
  VariablePatch patch;
  ASSIGN_OR_RETURN(patch.value, ReadValue(reader));
  ASSIGN_OR_RETURN(patch.is_secret, reader.Bool("isSecret"));
  ASSIGN_OR_RETURN(patch.description, reader.Text("description"));
  // null removes it (RFC 7396); the other two cannot be without.
  if (!patch.description && body.Find("description") != nullptr) patch.description = "";
  ASSIGN_OR_RETURN(const std::optional<OnceKey> once, OnceKeyOf(call));
  ASSIGN_OR_RETURN(const VariableView view,
                   variables.Patch(call.principal, call.Segment("key"), version, patch, once));
  return OneAnswer(200, view);
}

Answer Delete(Variables& variables, const Call& call) {
  ASSIGN_OR_RETURN(const Query query, Query::Parse(call.request.query, {"force"}));
  ASSIGN_OR_RETURN(const bool force, query.Bool("force"));
  ASSIGN_OR_RETURN(const std::optional<std::int64_t> version, IfMatch(call));
  RETURN_IF_ERROR(variables.Delete(call.principal, call.Segment("key"),
                                   force ? DeleteMode::kForce : DeleteMode::kUnused, version));
  return EmptyAnswer();
}

}  // namespace

std::vector<Route> VariableRoutes(Desk& desk) {
  const auto with = [&desk](Answer (*function)(Variables&, const Call&)) {
    return [&desk, function](const Call& call) {
      Variables variables(desk);
      return function(variables, call);
    };
  };
  return {{"GET", kAll, "listVariables", Operation::kReadVariables, with(List)},
          {"POST", kAll, "createVariable", Operation::kCreateVariable, with(Create)},
          {"GET", kOne, "getVariable", Operation::kReadVariables, with(Get)},
          {"PATCH", kOne, "changeVariable", Operation::kChangeVariable, with(Change)},
          {"DELETE", kOne, "deleteVariable", Operation::kDeleteVariable, with(Delete)}};
}

}  // namespace injector::rest
