// Types github, gitlab and git.

#include "injector/doctor/checks.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/http_question.h"
#include "injector/sources/github/app_token.h"

namespace injector::doctor {
namespace {

Result<std::string> CheckGithubApp(CheckContext& context, const std::string& api) {
  ASSIGN_OR_RETURN(const Secret token, github::AppToken(context.connection, context.clock.Now()));
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
  ASSIGN_OR_RETURN(const std::string api, github::ApiUrl(context.connection));
  ASSIGN_OR_RETURN(const std::string app_id, PlainField(context.connection, "app_id"));
  if (!app_id.empty()) return CheckGithubApp(context, api);
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
  ASSIGN_OR_RETURN(const std::string host, PlainField(context.connection, "host"));
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
