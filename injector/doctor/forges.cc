// Types github, gitlab and git.

#include <chrono>

#include "injector/doctor/checks.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/http_question.h"
#include "injector/doctor/json_web_token.h"

namespace injector::doctor {
namespace {

// GitHub's own API has a host of its own, a GitHub Enterprise Server's a path (GitHub REST API,
// "Getting started").
Result<std::string> GithubApi(const Connection& connection) {
  ASSIGN_OR_RETURN(const std::string url, PlainField(connection, "url"));
  if (!url.empty()) return BaseUrl(url);
  ASSIGN_OR_RETURN(const std::string host, PlainField(connection, "host"));
  if (host == "github.com") return std::string("https://api.github.com");
  ASSIGN_OR_RETURN(const std::string base, BaseUrl(host));
  return base + "/api/v3";
}

Value Number(std::chrono::system_clock::time_point time) {
  return Value::Number(std::int64_t{std::chrono::system_clock::to_time_t(time)});
}

// GitHub Docs, "Generating a JSON Web Token for a GitHub App": at most 10 minutes, begun a minute
// ago for clocks that differ.
Result<Secret> AppToken(CheckContext& context, std::string_view app_id) {
  ASSIGN_OR_RETURN(const Secret key, RequiredField(context.connection, "private_key"));
  const auto now = context.clock.Now();
  std::vector<Value::Member> claims;
  claims.push_back({"iat", Number(now - std::chrono::minutes(1))});
  claims.push_back({"exp", Number(now + std::chrono::minutes(8))});
  claims.push_back({"iss", Value::String(app_id)});
  return SignedJsonWebToken(Value::Map(std::move(claims)), key);
}

Result<std::string> CheckGithubApp(CheckContext& context, const std::string& api,
                                   std::string_view app_id) {
  ASSIGN_OR_RETURN(const Secret token, AppToken(context, app_id));
  ASSIGN_OR_RETURN(const std::string installation,
                   PlainField(context.connection, "installation_id"));
  http::ClientRequest request =
      Get(api + (installation.empty() ? "/app" : "/app/installations/" + installation));
  request.headers.push_back(BearerHeader(token));
  RETURN_IF_ERROR(AskForSuccess(context, request));
  return std::string();
}

// https:// unless the host says otherwise; a path may name a repository.
Result<std::string> GitUrl(const Connection& connection) {
  ASSIGN_OR_RETURN(const Secret host, RequiredField(connection, "host"));
  return BaseUrl(host.Reveal());
}

bool HasPath(std::string_view url) { return url.find('/', url.find("://") + 3) != url.npos; }

}  // namespace

Result<std::string> CheckGithub(CheckContext& context) {
  ASSIGN_OR_RETURN(const std::string api, GithubApi(context.connection));
  ASSIGN_OR_RETURN(const std::string app_id, PlainField(context.connection, "app_id"));
  if (!app_id.empty()) return CheckGithubApp(context, api, app_id);
  ASSIGN_OR_RETURN(const Secret token, RequiredField(context.connection, "token"));
  // The token of an App's installation belongs to no user.
  const bool installation = token.Reveal().starts_with("ghs_");
  http::ClientRequest request =
      Get(api + (installation ? "/installation/repositories?per_page=1" : "/user"));
  request.headers.push_back(BearerHeader(token));
  RETURN_IF_ERROR(AskForSuccess(context, request));
  return std::string();
}

Result<std::string> CheckGitlab(CheckContext& context) {
  ASSIGN_OR_RETURN(std::string host, PlainField(context.connection, "url"));
  if (host.empty()) {
    ASSIGN_OR_RETURN(host, PlainField(context.connection, "host"));
  }
  ASSIGN_OR_RETURN(const std::string base, BaseUrl(host));
  ASSIGN_OR_RETURN(const Secret token, RequiredField(context.connection, "token"));
  http::ClientRequest request = Get(base + "/api/v4/user");
  request.headers.push_back(BearerHeader(token));
  RETURN_IF_ERROR(AskForSuccess(context, request));
  return std::string();
}

// The first request of a fetch (gitprotocol-http(5), "Discovering References").
Result<std::string> CheckGit(CheckContext& context) {
  ASSIGN_OR_RETURN(const std::string url, GitUrl(context.connection));
  if (!HasPath(url)) {
    ASSIGN_OR_RETURN(const http::ClientResponse response, Ask(context, Get(url)));
    return std::string(
        "reached; the login was not tried, which takes a repository in `host` (HOST/PATH)");
  }
  ASSIGN_OR_RETURN(Secret login, FieldValue(context.connection, "login"));
  if (login.empty()) login = Secret::CopyOf("x-access-token");  // as inject/types/git.cc
  ASSIGN_OR_RETURN(const Secret token, RequiredField(context.connection, "token"));
  http::ClientRequest request = Get(url + "/info/refs?service=git-upload-pack");
  request.headers.push_back(BasicHeader(login, token));
  RETURN_IF_ERROR(AskForSuccess(context, request));
  return std::string();
}

}  // namespace injector::doctor
