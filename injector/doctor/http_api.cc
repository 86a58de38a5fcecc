// Types http and api_key: one request to the API's own URL, with the login that clients would send.

#include <algorithm>

#include "injector/base/ascii.h"
#include "injector/doctor/checks.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/http_question.h"

namespace injector::doctor {
namespace {

// <NAME>_URL, the only variable of that end. Empty: there is none.
std::string Url(const Injection& injection) {
  const auto url = std::ranges::find_if(injection.variables, [](const InjectedVariable& variable) {
    return variable.name.ends_with("_URL");
  });
  return url == injection.variables.end() ? std::string() : std::string(url->text.Reveal());
}

struct Credential {
  Secret login, password, token;
  std::string header;
};

Result<Credential> ReadCredential(const Connection& connection) {
  Credential credential;
  ASSIGN_OR_RETURN(credential.login, FieldValue(connection, "login"));
  ASSIGN_OR_RETURN(credential.password, FieldValue(connection, "password"));
  ASSIGN_OR_RETURN(credential.token, FieldValue(connection, "token"));
  ASSIGN_OR_RETURN(credential.header, PlainField(connection, "header"));
  return credential;
}

// A token in Authorization is a bearer token unless it names its scheme itself (RFC 9110, section
// 11.6.2); in any other header it stands alone.
http::Header TokenHeader(const Credential& credential) {
  const std::string_view token = credential.token.Reveal();
  const bool authorization = ToAsciiLower(credential.header) == "authorization";
  if (authorization && token.find(' ') == token.npos) return BearerHeader(credential.token);
  return {credential.header, credential.token.Clone()};
}

// An API need not have anything at its root, so most statuses say that it was reached and took the
// login, or did not look at it.
Result<std::string> JudgeApi(const http::ClientRequest& request,
                             const http::ClientResponse& response) {
  const Status judged = Judge(request, response);
  if (judged.ok()) return std::string();
  switch (judged.error().code()) {
    case ErrorCode::kUnauthenticated:
    case ErrorCode::kPermissionDenied:
    case ErrorCode::kUnavailable:
      return judged.error();
    default:
      return judged.error().message() + ", so the login may not have been looked at";
  }
}

}  // namespace

Result<std::string> CheckHttp(CheckContext& context) {
  const std::string url = Url(context.injection);
  if (url.empty()) return std::string("not tried: neither url nor host is there");
  ASSIGN_OR_RETURN(const Credential credential, ReadCredential(context.connection));
  const bool login = !credential.login.empty() || !credential.password.empty();
  http::ClientRequest request = Get(url);
  if (login || !credential.token.empty()) {
    ASSIGN_OR_RETURN(request.url, BaseUrl(url));
  }
  if (!credential.token.empty()) {
    request.headers.push_back(TokenHeader(credential));
  } else if (login) {
    request.headers.push_back(BasicHeader(credential.login, credential.password));
  }
  ASSIGN_OR_RETURN(const http::ClientResponse response, Ask(context, request));
  return JudgeApi(request, response);
}

}  // namespace injector::doctor
