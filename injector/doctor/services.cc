// Types slack, vault and supabase.

#include "injector/doctor/checks.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/http_question.h"
#include "injector/doctor/mask.h"
#include "injector/model/json.h"

namespace injector::doctor {
namespace {

constexpr std::string_view kSlackErrors[] = {
    "invalid_auth",  "not_authed",         "account_inactive",        "token_expired",
    "token_revoked", "no_permission",      "missing_scope",           "not_allowed_token_type",
    "access_denied", "org_login_required", "team_access_not_granted", "ekm_access_denied",
    "ratelimited",   "request_timeout",    "service_unavailable",     "fatal_error",
    "internal_error"};

// Slack answers 200 to everything, and tells in the body (Slack API, "auth.test").
Result<std::string> JudgeSlack(const http::ClientResponse& response) {
  ASSIGN_OR_RETURN(const Value answer, ParseJson(response.body.Reveal()));
  const Value* accepted = answer.Find("ok");
  if (accepted != nullptr && accepted->kind() == Value::Kind::kBool && accepted->boolean()) {
    return std::string();
  }
  const Value* why = answer.Find("error");
  const Secret words = why == nullptr ? Secret() : why->ToText();
  const std::string_view known = KnownWords(words.Reveal(), kSlackErrors);
  return Error(ErrorCode::kUnauthenticated,
               "auth.test: refused" + (known.empty() ? "" : ", " + std::string(known)));
}

// A key, the question that it alone may ask, and where the answer is.
struct SupabaseKey {
  std::string_view field;
  std::string_view path;
};

// Of the project: the gateway looks at the key of every question.
constexpr SupabaseKey kProjectKeys[] = {
    {"service_role_key", "/auth/v1/admin/users?per_page=1"},
    {"anon_key", "/auth/v1/settings"},
};

// Whether there was a key to ask with.
Result<bool> AskSupabase(CheckContext& context, const std::string& base, const SupabaseKey& key) {
  ASSIGN_OR_RETURN(const Secret secret, FieldValue(context.connection, key.field));
  if (secret.empty()) return false;
  http::ClientRequest request = Get(base + std::string(key.path));
  request.headers.push_back(BearerHeader(secret));
  request.headers.push_back({"apikey", secret.Clone()});
  const auto response = AskForSuccess(context, request);
  if (response.ok()) return true;
  Error error = response.error();
  return std::move(error).WithContext(key.field);
}

// Of the account: another server.
Result<bool> AskSupabaseAccount(CheckContext& context) {
  return AskSupabase(context, "https://api.supabase.com", {"access_token", "/v1/projects"});
}

}  // namespace

Result<std::string> CheckSlack(CheckContext& context) {
  ASSIGN_OR_RETURN(Secret token, FieldValue(context.connection, "bot_token"));
  if (token.empty()) {
    ASSIGN_OR_RETURN(token, FieldValue(context.connection, "app_token"));
  }
  if (token.empty()) return std::string("not tried: there is no token, and a webhook would post");
  http::ClientRequest request = PostForm("https://slack.com/api/auth.test", Secret());
  request.headers.push_back(BearerHeader(token));
  ASSIGN_OR_RETURN(const http::ClientResponse response, AskForSuccess(context, request));
  return JudgeSlack(response);
}

Result<std::string> CheckVault(CheckContext& context) {
  ASSIGN_OR_RETURN(const Secret address, RequiredField(context.connection, "address"));
  ASSIGN_OR_RETURN(const std::string base, BaseUrl(address.Reveal()));
  ASSIGN_OR_RETURN(Secret token, RequiredField(context.connection, "token"));
  ASSIGN_OR_RETURN(Secret space, FieldValue(context.connection, "namespace"));
  http::ClientRequest request = Get(base + "/v1/auth/token/lookup-self");
  request.headers.push_back({"X-Vault-Token", std::move(token)});
  if (!space.empty()) request.headers.push_back({"X-Vault-Namespace", std::move(space)});
  const Result<http::ClientResponse> response = AskForSuccess(context, request);
  if (response.ok()) return std::string();
  // Every token may look at itself: whom Vault forbids that, it does not know.
  const Error& error = response.error();
  if (error.code() != ErrorCode::kPermissionDenied) return error;
  return Error(ErrorCode::kUnauthenticated, error.message());
}

Result<std::string> CheckSupabase(CheckContext& context) {
  ASSIGN_OR_RETURN(const Secret url, RequiredField(context.connection, "url"));
  ASSIGN_OR_RETURN(const std::string base, BaseUrl(url.Reveal()));
  bool asked = false;
  for (const SupabaseKey& key : kProjectKeys) {
    ASSIGN_OR_RETURN(const bool was_there, AskSupabase(context, base, key));
    asked = asked || was_there;
  }
  ASSIGN_OR_RETURN(const bool account, AskSupabaseAccount(context));
  if (asked || account) return std::string();
  return std::string("not tried: there is no key for its API");
}

}  // namespace injector::doctor
