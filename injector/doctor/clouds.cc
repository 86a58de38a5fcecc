// Types gcp and azure: a token is asked for, and thrown away.

#include <chrono>

#include "injector/base/percent.h"
#include "injector/crypto/json_web_token.h"
#include "injector/doctor/checks.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/http_question.h"
#include "injector/model/json.h"

namespace injector::doctor {
namespace {

constexpr std::string_view kGoogleTokens = "https://oauth2.googleapis.com/token";
constexpr std::string_view kMicrosoftLogin = "https://login.microsoftonline.com";

Value Number(std::chrono::system_clock::time_point time) {
  return Value::Number(std::int64_t{std::chrono::system_clock::to_time_t(time)});
}

// RFC 6749, section 5.2: 400 for a client or grant that is not taken.
Status JudgeToken(const http::ClientRequest& request, const http::ClientResponse& response) {
  Status judged = Judge(request, response);
  if (judged.ok() || response.status != 400) return judged;
  return Error(ErrorCode::kUnauthenticated, judged.error().message());
}

// Empty for what is not there or not text.
std::string TextIn(const Value& keyfile, std::string_view name) {
  const Value* found = keyfile.Find(name);
  if (found == nullptr || found->kind() != Value::Kind::kString) return {};
  return std::string(found->string().Reveal());
}

// RFC 7523 as Google has it ("Using OAuth 2.0 for Server to Server Applications").
Result<Secret> GoogleAssertion(CheckContext& context, const Value& keyfile,
                               const std::string& audience) {
  const Value* key = keyfile.Find("private_key");
  if (key == nullptr || key->kind() != Value::Kind::kString) {
    return Error(ErrorCode::kNotFound, "keyfile_dict: private_key is missing");
  }
  const auto now = context.clock.Now();
  std::vector<Value::Member> claims;
  claims.push_back({"iss", Value::String(TextIn(keyfile, "client_email"))});
  claims.push_back(
      {"scope", Value::String("https://www.googleapis.com/auth/cloud-platform.read-only")});
  claims.push_back({"aud", Value::String(audience)});
  claims.push_back({"iat", Number(now)});
  claims.push_back({"exp", Number(now + std::chrono::minutes(10))});
  return SignedJsonWebToken(WriteJson(Value::Map(std::move(claims))).Reveal(), key->string());
}

Result<Value> ReadKeyfile(const Connection& connection) {
  ASSIGN_OR_RETURN(const Secret text, RequiredField(connection, "keyfile_dict"));
  Result<Value> keyfile = ParseJson(text.Reveal());
  if (keyfile.ok()) return keyfile;
  return Error(ErrorCode::kInvalidArgument, "keyfile_dict: is not JSON");
}

}  // namespace

Result<std::string> CheckGcp(CheckContext& context) {
  ASSIGN_OR_RETURN(const Value keyfile, ReadKeyfile(context.connection));
  if (TextIn(keyfile, "type") != "service_account") {
    return std::string("not tried: the key is not one of a service account");
  }
  std::string audience = TextIn(keyfile, "token_uri");
  if (audience.empty()) audience = kGoogleTokens;
  ASSIGN_OR_RETURN(const std::string url, BaseUrl(audience));
  ASSIGN_OR_RETURN(const Secret assertion, GoogleAssertion(context, keyfile, audience));
  const http::ClientRequest request = PostForm(
      url, Secret::Concat({"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&"
                           "assertion=",
                           assertion.Reveal()}));
  ASSIGN_OR_RETURN(const http::ClientResponse response, Ask(context, request));
  RETURN_IF_ERROR(JudgeToken(request, response));
  return std::string();
}

// Microsoft identity platform, "OAuth 2.0 client credentials flow".
Result<std::string> CheckAzure(CheckContext& context) {
  ASSIGN_OR_RETURN(std::string authority, PlainField(context.connection, "authority_host"));
  if (authority.empty()) authority = kMicrosoftLogin;
  ASSIGN_OR_RETURN(const std::string base, BaseUrl(authority));
  ASSIGN_OR_RETURN(const Secret tenant, RequiredField(context.connection, "tenant_id"));
  ASSIGN_OR_RETURN(const Secret client, RequiredField(context.connection, "client_id"));
  ASSIGN_OR_RETURN(const Secret secret, FieldValue(context.connection, "client_secret"));
  if (secret.empty()) return std::string("not tried: the certificate is no client_secret");
  const std::string tenant_part(PercentEncode(tenant.Reveal()).Reveal());
  const http::ClientRequest request = PostForm(
      base + "/" + tenant_part + "/oauth2/v2.0/token",
      Secret::Concat(
          {"grant_type=client_credentials&client_id=", PercentEncode(client.Reveal()).Reveal(),
           "&client_secret=", PercentEncode(secret.Reveal()).Reveal(),
           "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default"}));
  ASSIGN_OR_RETURN(const http::ClientResponse response, Ask(context, request));
  RETURN_IF_ERROR(JudgeToken(request, response));
  return std::string();
}

}  // namespace injector::doctor
