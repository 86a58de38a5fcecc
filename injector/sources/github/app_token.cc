#include "injector/sources/github/app_token.h"

#include <algorithm>
#include <random>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/clock.h"
#include "injector/base/pause.h"
#include "injector/base/url.h"
#include "injector/crypto/json_web_token.h"
#include "injector/http/client/retry.h"
#include "injector/model/catalogue.h"
#include "injector/model/json.h"

namespace injector::github {
namespace {

constexpr std::string_view kType = "github";
// As every request is to say (GitHub REST API, "Getting started").
constexpr const char* kMediaType = "application/vnd.github+json";
constexpr const char* kVersion = "2022-11-28";
constexpr std::size_t kMostBytes = std::size_t{1} << 20;

// Empty when it is absent and has no default.
Result<Secret> Text(const Connection& connection, std::string_view field) {
  ASSIGN_OR_RETURN(const Value* value, FindField(connection, field));
  if (value == nullptr) return Secret::CopyOf(DefaultOfField(connection.name.type, field));
  const Secret text = value->ToText();
  return Secret::CopyOf(StripAsciiSpace(text.Reveal()));
}

Result<Secret> RequiredText(const Connection& connection, std::string_view field) {
  ASSIGN_OR_RETURN(Secret text, Text(connection, field));
  if (!text.empty()) return text;
  return Error(ErrorCode::kInvalidArgument, std::string(field) + " is missing");
}

// Who reads the way there could take the token as well.
Result<std::string> CheckedUrl(std::string url, std::string_view field) {
  while (url.ends_with('/')) url.pop_back();
  const bool plain = url.starts_with("http://");
  if (!plain && !url.starts_with("https://")) {
    return Error(ErrorCode::kInvalidArgument,
                 std::string(field) + ": the URL is neither https:// nor http://");
  }
  const std::string_view authority = AuthorityOf(url);
  if (authority.empty() || authority.find('@') != authority.npos || HoldsAsciiControl(url)) {
    return Error(ErrorCode::kInvalidArgument,
                 std::string(field) + ": the URL has no host, or a login in it");
  }
  if (plain && !IsOnThisMachine(url)) {
    return Error(ErrorCode::kInvalidArgument,
                 std::string(field) + ": the URL is http://: the login would be readable");
  }
  return url;
}

Value Number(std::chrono::system_clock::time_point time) {
  return Value::Number(std::int64_t{std::chrono::system_clock::to_time_t(time)});
}

// A part of a URL's path, so nothing but digits.
Result<std::string> InstallationId(const Connection& connection) {
  ASSIGN_OR_RETURN(const Secret text, RequiredText(connection, "installation_id"));
  std::string id(text.Reveal());
  if (std::all_of(id.begin(), id.end(), &IsAsciiDigit)) return id;
  return Error(ErrorCode::kInvalidArgument, "installation_id is not a number");
}

Result<http::ClientRequest> MakeRequest(const Connection& connection,
                                        std::chrono::system_clock::time_point now) {
  ASSIGN_OR_RETURN(const std::string api, ApiUrl(connection));
  ASSIGN_OR_RETURN(const std::string id, InstallationId(connection));
  ASSIGN_OR_RETURN(const Secret token, AppToken(connection, now));
  http::ClientRequest request;
  request.method = "POST";
  request.url = api + "/app/installations/" + id + "/access_tokens";
  request.headers.push_back({"Authorization", Secret::Concat({"Bearer ", token.Reveal()})});
  request.headers.push_back({"Accept", Secret::CopyOf(kMediaType)});
  request.headers.push_back({"X-GitHub-Api-Version", Secret::CopyOf(kVersion)});
  request.max_body_bytes = kMostBytes;
  return request;
}

Result<Secret> Ask(const Connection& connection, std::chrono::system_clock::time_point now,
                   const Send& send) {
  ASSIGN_OR_RETURN(const http::ClientRequest request, MakeRequest(connection, now));
  ASSIGN_OR_RETURN(const http::ClientResponse response, send(request));
  RETURN_IF_ERROR(http::CheckStatus(response, request.method + " " + request.url));
  const Result<Value> answer = ParseJson(response.body.Reveal());
  const Value* token = answer.ok() ? answer->Find("token") : nullptr;
  const bool usable = token != nullptr && token->kind() == Value::Kind::kString &&
                      !token->string().empty() && !HoldsAsciiControl(token->string().Reveal());
  if (usable) return token->string().Clone();
  return Error(ErrorCode::kDataLoss, request.url + ": the answer holds no token");
}

Connection WithToken(Connection connection, Secret token) {
  std::erase_if(connection.fields, [](const Field& field) { return field.name == "token"; });
  connection.fields.push_back({"token", Value::String(std::move(token))});
  return connection;
}

bool IsSameApp(const Connection& a, const Connection& b) {
  for (const char* field : {"app_id", "installation_id", "private_key", "host", "api_url"}) {
    const Result<Secret> of_a = Text(a, field);
    const Result<Secret> of_b = Text(b, field);
    if (!of_a.ok() || !of_b.ok() || !(*of_a == *of_b)) return false;
  }
  return true;
}

}  // namespace

Result<std::string> ApiUrl(const Connection& connection) {
  ASSIGN_OR_RETURN(const Secret url, Text(connection, "api_url"));
  if (!url.empty()) return CheckedUrl(std::string(url.Reveal()), "api_url");
  ASSIGN_OR_RETURN(const Secret host_text, Text(connection, "host"));
  const std::string host = ToAsciiLower(host_text.Reveal());
  if (host.find("://") != host.npos) {
    ASSIGN_OR_RETURN(const std::string site, CheckedUrl(host, "host"));
    return site == "https://github.com" ? "https://api.github.com" : site + "/api/v3";
  }
  if (host == "github.com") return std::string("https://api.github.com");
  // GitHub Docs, "About GitHub Enterprise Cloud with data residency".
  if (host.ends_with(".ghe.com")) return CheckedUrl("https://api." + host, "host");
  return CheckedUrl("https://" + host + "/api/v3", "host");
}

Result<Secret> AppToken(const Connection& connection, std::chrono::system_clock::time_point now) {
  ASSIGN_OR_RETURN(const Secret app_id, RequiredText(connection, "app_id"));
  ASSIGN_OR_RETURN(const Secret key, RequiredText(connection, "private_key"));
  std::vector<Value::Member> claims;
  claims.push_back({"iat", Number(now - std::chrono::minutes(1))});
  claims.push_back({"exp", Number(now + std::chrono::minutes(8))});
  claims.push_back({"iss", Value::String(app_id.Reveal())});
  return SignedJsonWebToken(WriteJson(Value::Map(std::move(claims))).Reveal(), key);
}

bool IsAppWithoutToken(const Connection& connection) {
  if (connection.name.type != kType) return false;
  const Result<Secret> token = Text(connection, "token");
  const Result<Secret> app = Text(connection, "app_id");
  return token.ok() && token->empty() && app.ok() && !app->empty();
}

Result<Secret> InstallationToken(const Connection& connection,
                                 std::chrono::system_clock::time_point now, const Send& send) {
  Result<Secret> token = Ask(connection, now, send);
  if (token.ok()) return token;
  return std::move(token).error().WithContext(connection.name.Full());
}

Result<Connection> WithInstallationToken(Connection connection, const http::ClientOptions& way,
                                         std::chrono::steady_clock::time_point deadline) {
  if (!IsAppWithoutToken(connection)) return connection;
  const SystemClock clock;
  std::random_device random;
  const http::RetryWorld world{
      .clock = clock,
      .pause = [](auto pause) { PauseUnlessStopped(pause, {}); },
      .random = [&random] { return static_cast<double>(random()) / 4294967296.0; }};
  http::RetryPolicy policy;
  policy.deadline = deadline;
  http::Client client(way);
  const auto send = [&](const http::ClientRequest& request) {
    return http::SendWithRetries(client, request, policy, world);
  };
  ASSIGN_OR_RETURN(Secret token, InstallationToken(connection, clock.Now(), send));
  return WithToken(std::move(connection), std::move(token));
}

Connection WithTokenOf(const Connection& known, Connection connection) {
  const Field* token = known.FieldNamed("token");
  const bool applies =
      token != nullptr && IsAppWithoutToken(connection) && IsSameApp(known, connection);
  if (!applies) return connection;
  return WithToken(std::move(connection), token->value.ToText());
}

Connection WithPretendedToken(Connection connection) {
  if (!IsAppWithoutToken(connection)) return connection;
  return WithToken(std::move(connection), Secret::CopyOf("made of the App's key at the start"));
}

}  // namespace injector::github
