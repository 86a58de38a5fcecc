// /api/v1/tokens

#include "injector/service/tokens.h"

#include "injector/service/rest/resources.h"

namespace injector::rest {
namespace {

void AddInfo(ObjectBuilder& json, const TokenInfo& info) {
  const TokenRequest& rights = info.rights;
  json.Add("prefix", info.prefix).Add("role", RoleName(rights.role));
  json.Add("repos", rights.repos).Add("environments", rights.environments);
  json.AddBool("isProtected", rights.is_protected);
  json.Add("createdBy", info.created_by).Add("createdAt", info.created_at);
  json.Add("expiresAt", info.expires_at);
  if (info.revoked_at) {
    json.Add("revokedAt", *info.revoked_at);
  } else {
    json.Add("revokedAt", Value());
  }
}

Value ToJson(const TokenInfo& info) {
  ObjectBuilder json;
  json.Add("id", info.id);
  AddInfo(json, info);
  return std::move(json).Build();
}

Value ToJson(const NewToken& token) {
  ObjectBuilder json;
  json.Add("id", token.info.id).Add("token", Value::String(token.token.Clone()));
  AddInfo(json, token.info);
  return std::move(json).Build();
}

Result<TokenRequest> ReadRequest(const Value& body) {
  ASSIGN_OR_RETURN(
      const ObjectReader reader,
      ObjectReader::Open(body, {"role", "repos", "environments", "isProtected", "expiresAt"}));
  TokenRequest request;
  ASSIGN_OR_RETURN(const std::string role, reader.RequiredText("role"));
  const std::optional<Role> parsed = ParseRole(role);
  if (!parsed) {
    return Error(ErrorCode::kInvalidArgument, "role: expected admin, developer or runner");
  }
  request.role = *parsed;
  ASSIGN_OR_RETURN(request.repos, reader.Texts("repos"));
  ASSIGN_OR_RETURN(request.environments, reader.Texts("environments"));
  ASSIGN_OR_RETURN(const std::optional<bool> is_protected, reader.Bool("isProtected"));
  request.is_protected = is_protected.value_or(false);
  ASSIGN_OR_RETURN(request.expires_at, reader.Time("expiresAt"));
  return request;
}

Answer List(Tokens& tokens, const Call& call) {
  ASSIGN_OR_RETURN(const Query query, Query::Parse(call.request.query, {"after", "limit"}));
  ASSIGN_OR_RETURN(const PageRequest page, PageOf(query));
  ASSIGN_OR_RETURN(const Page<TokenInfo> infos, tokens.List(call.principal, page));
  return PageAnswer(infos, [](const TokenInfo& info) { return ToJson(info); });
}

Answer Create(Tokens& tokens, const Call& call) {
  ASSIGN_OR_RETURN(const Value body, JsonBody(call));
  ASSIGN_OR_RETURN(const TokenRequest request, ReadRequest(body));
  ASSIGN_OR_RETURN(const std::optional<OnceKey> once, OnceKeyOf(call));
  ASSIGN_OR_RETURN(const NewToken token, tokens.Create(call.principal, request, once));
  return JsonAnswer(201, ToJson(token));
}

Answer Revoke(Tokens& tokens, const Call& call) {
  RETURN_IF_ERROR(tokens.Revoke(call.principal, call.Segment("id")));
  return EmptyAnswer();
}

}  // namespace

std::vector<Route> TokenRoutes(Desk& desk) {
  const auto with = [&desk](Answer (*function)(Tokens&, const Call&)) {
    return [&desk, function](const Call& call) {
      Tokens tokens(desk);
      return function(tokens, call);
    };
  };
  return {{"GET", "/api/v1/tokens", "listTokens", Operation::kReadTokens, with(List)},
          {"POST", "/api/v1/tokens", "createToken", Operation::kCreateToken, with(Create)},
          {"DELETE", "/api/v1/tokens/{id}", "revokeToken", Operation::kRevokeToken, with(Revoke)}};
}

}  // namespace injector::rest
