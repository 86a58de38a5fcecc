// Types http and api_key: one request to the API's own URL, with the login that clients would send.

#include "injector/base/ascii.h"
#include "injector/doctor/checks.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/http_question.h"

namespace injector::doctor {
namespace {

// Of `url`, else of host, port and schema. As inject/types/http.cc has it, but without a slash at
// its end.
Result<std::string> Url(const Connection& connection) {
  ASSIGN_OR_RETURN(std::string url, PlainField(connection, "url"));
  if (!url.empty()) return url;
  ASSIGN_OR_RETURN(std::string host, PlainField(connection, "host"));
  if (host.empty() || host.find("://") != host.npos) return host;
  ASSIGN_OR_RETURN(std::string scheme, PlainField(connection, "schema"));
  if (scheme.empty()) scheme = "https";
  ASSIGN_OR_RETURN(const std::string port, PlainField(connection, "port"));
  return ToAsciiLower(scheme) + "://" + host + (port.empty() ? "" : ":" + port);
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
  ASSIGN_OR_RETURN(const std::string url, Url(context.connection));
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
