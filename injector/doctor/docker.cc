// Type docker: the login of a container registry (OCI Distribution Specification, "Determining
// Support"; Docker's "Token Authentication Specification" for the way by another server).

#include <vector>

#include "injector/base/percent.h"
#include "injector/doctor/challenge.h"
#include "injector/doctor/checks.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/http_question.h"
#include "injector/inject/registry_key.h"
#include "injector/model/json.h"

namespace injector::doctor {
namespace {

struct Login {
  Secret name;
  Secret password;
};

struct Reached {
  std::string base;
  http::ClientResponse response;
};

Result<std::vector<std::string>> RegistryUrls(const Connection& connection) {
  ASSIGN_OR_RETURN(const std::string registry, PlainField(connection, "registry"));
  ASSIGN_OR_RETURN(const std::string port, PlainField(connection, "port"));
  std::string key = RegistryKey(registry);
  // As inject/types/docker.cc has it.
  if (!port.empty() && key.find_first_of(":/") == key.npos) key += ":" + port;
  if (key == kDockerHub) return std::vector<std::string>{"https://registry-1.docker.io"};
  ASSIGN_OR_RETURN(const std::string url,
                   BaseUrl(registry.starts_with("http://") ? "http://" + key : key));
  std::vector<std::string> urls = {url};
  // Docker speaks HTTP to a registry on this machine that has no TLS.
  const bool says_how = registry.find("://") != registry.npos;
  if (!says_how && IsOnThisMachine(url)) urls.push_back("http://" + key);
  return urls;
}

// A second URL counts only where a registry answers: what is wrong with the first explains more.
Result<Reached> AskWithoutLogin(CheckContext& context, const std::vector<std::string>& urls) {
  Result<http::ClientResponse> first = Ask(context, Get(urls.front() + "/v2/"));
  if (first.ok()) return Reached{urls.front(), std::move(first).value()};
  for (std::size_t i = 1; i < urls.size(); ++i) {
    Result<http::ClientResponse> other = Ask(context, Get(urls[i] + "/v2/"));
    const bool registry = other.ok() && (other->status == 200 || other->status == 401);
    if (registry) return Reached{urls[i], std::move(other).value()};
  }
  return std::move(first).error();
}

// "Token Authentication": the answer of the token server.
Result<Secret> TokenOf(const http::ClientResponse& response) {
  ASSIGN_OR_RETURN(const Value answer, ParseJson(response.body.Reveal()));
  for (const std::string_view name : {"token", "access_token"}) {
    const Value* token = answer.Find(name);
    if (token != nullptr && token->kind() == Value::Kind::kString) return token->string().Clone();
  }
  return Error(ErrorCode::kDataLoss, "the token server answered without a token");
}

Result<Secret> FetchToken(CheckContext& context, const Challenge& challenge, const Login& login) {
  ASSIGN_OR_RETURN(std::string url, BaseUrl(challenge.Parameter("realm")));
  url += url.find('?') == url.npos ? '?' : '&';
  url += "service=";
  url += PercentEncode(challenge.Parameter("service")).Reveal();
  http::ClientRequest request = Get(std::move(url));
  request.headers.push_back(BasicHeader(login.name, login.password));
  // The registry has named it, in whatever words.
  constexpr std::string_view kName = "the registry's token server";
  context.say(kName);
  http::ClientOptions options;
  options.ca_file = context.ca_file;
  const Result<http::ClientResponse> response = context.network.Send(request, options);
  if (!response.ok()) {
    return Error(response.error().code(), std::string(kName) + " cannot be reached");
  }
  RETURN_IF_ERROR(http::CheckStatus(*response, kName));
  return TokenOf(*response);
}

Result<http::Header> Authorization(CheckContext& context, const http::ClientResponse& refusal,
                                   const Login& login) {
  const auto header = refusal.FindHeader("WWW-Authenticate");
  const auto challenge = header ? ParseChallenge(*header) : std::nullopt;
  if (challenge && challenge->scheme == "basic") return BasicHeader(login.name, login.password);
  if (!challenge || challenge->scheme != "bearer") {
    return Error(ErrorCode::kDataLoss, "the registry asks for a login in a way that is unknown");
  }
  ASSIGN_OR_RETURN(const Secret token, FetchToken(context, *challenge, login));
  return BearerHeader(token);
}

}  // namespace

Result<std::string> CheckDocker(CheckContext& context) {
  ASSIGN_OR_RETURN(const std::vector<std::string> urls, RegistryUrls(context.connection));
  Login login;
  ASSIGN_OR_RETURN(login.name, RequiredField(context.connection, "login"));
  ASSIGN_OR_RETURN(login.password, RequiredField(context.connection, "password"));
  ASSIGN_OR_RETURN(const Reached first, AskWithoutLogin(context, urls));
  http::ClientRequest request = Get(first.base + "/v2/");
  if (first.response.status != 401) {
    RETURN_IF_ERROR(Judge(request, first.response));
    return std::string("reached; it asked for no login");
  }
  ASSIGN_OR_RETURN(http::Header authorization, Authorization(context, first.response, login));
  request.headers.push_back(std::move(authorization));
  RETURN_IF_ERROR(AskForSuccess(context, request));
  return std::string();
}

}  // namespace injector::doctor
