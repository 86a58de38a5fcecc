// Types npm and pypi.

#include "injector/doctor/checks.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/http_question.h"

namespace injector::doctor {
namespace {

Result<std::string> NpmCheckedBy(CheckContext& context, const http::ClientRequest& request) {
  ASSIGN_OR_RETURN(const http::ClientResponse response, Ask(context, request));
  // Some registries have no such question.
  if (response.status == 404) return std::string("reached; it has no -/whoami to try the login by");
  RETURN_IF_ERROR(Judge(request, response));
  return std::string();
}

// An index may be long, and one to publish to answers nothing but uploads: so the headers alone,
// and any status that is not about the login.
Result<std::string> IndexReached(CheckContext& context, const http::ClientRequest& request) {
  ASSIGN_OR_RETURN(const http::ClientResponse response, Ask(context, request));
  if (response.status == 405) return std::string("reached; it takes uploads alone, so not tried");
  RETURN_IF_ERROR(Judge(request, response));
  return std::string();
}

Result<std::string> AskIndex(CheckContext& context, const std::string& url) {
  ASSIGN_OR_RETURN(const std::string base, BaseUrl(url));
  ASSIGN_OR_RETURN(const Secret login, FieldValue(context.connection, "login"));
  ASSIGN_OR_RETURN(const Secret password, FieldValue(context.connection, "password"));
  http::ClientRequest request = Get(base + "/");
  request.method = "HEAD";
  if (!login.empty() || !password.empty()) {
    const Secret name = login.empty() ? Secret::CopyOf("__token__") : login.Clone();
    request.headers.push_back(BasicHeader(name, password));
  }
  return IndexReached(context, request);
}

}  // namespace

Result<std::string> CheckNpm(CheckContext& context) {
  ASSIGN_OR_RETURN(const std::string registry, PlainField(context.connection, "registry"));
  ASSIGN_OR_RETURN(const std::string base, BaseUrl(registry));
  ASSIGN_OR_RETURN(const Secret token, FieldValue(context.connection, "token"));
  ASSIGN_OR_RETURN(const Secret login, FieldValue(context.connection, "login"));
  ASSIGN_OR_RETURN(const Secret password, FieldValue(context.connection, "password"));
  http::ClientRequest request = Get(base + "/-/whoami");
  request.headers.push_back(token.empty() ? BasicHeader(login, password) : BearerHeader(token));
  return NpmCheckedBy(context, request);
}

Result<std::string> CheckPypi(CheckContext& context) {
  std::string notes;
  bool asked = false;
  for (const char* field : {"index_url", "repository_url"}) {
    ASSIGN_OR_RETURN(const std::string url, PlainField(context.connection, field));
    if (url.empty()) continue;
    ASSIGN_OR_RETURN(const std::string note, AskIndex(context, url));
    notes += (notes.empty() || note.empty() ? "" : "; ") + note;
    asked = true;
  }
  if (asked) return notes;
  return std::string("not tried: an upload alone tells whether PyPI takes the login");
}

}  // namespace injector::doctor
