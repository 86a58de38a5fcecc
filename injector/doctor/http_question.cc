#include "injector/doctor/http_question.h"

#include <chrono>

#include "injector/base/base64.h"

namespace injector::doctor {
namespace {

// Time is kept by whoever runs the check.
constexpr std::chrono::hours kNoLimit{1};
constexpr std::size_t kMostBytes = std::size_t{1} << 20;

// Without the query, which may hold what is secret.
std::string NameOf(const http::ClientRequest& request) {
  return request.method + " " + request.url.substr(0, request.url.find_first_of("?#"));
}

}  // namespace

http::ClientRequest Get(std::string url) {
  http::ClientRequest request;
  request.url = std::move(url);
  request.connect_timeout = kNoLimit;
  request.total_timeout = kNoLimit;
  request.max_body_bytes = kMostBytes;
  return request;
}

http::ClientRequest PostForm(std::string url, Secret body) {
  http::ClientRequest request = Get(std::move(url));
  request.method = "POST";
  request.body = std::move(body);
  request.headers.push_back(
      {"Content-Type", Secret::CopyOf("application/x-www-form-urlencoded; charset=utf-8")});
  return request;
}

http::Header BearerHeader(const Secret& token) {
  return {"Authorization", Secret::Concat({"Bearer ", token.Reveal()})};
}

http::Header BasicHeader(const Secret& login, const Secret& password) {
  const Secret pair = Secret::Concat({login.Reveal(), ":", password.Reveal()});
  return {"Authorization", Secret::Concat({"Basic ", Base64Encode(pair.Reveal()).Reveal()})};
}

Result<http::ClientResponse> Ask(CheckContext& context, const http::ClientRequest& request,
                                 http::ClientOptions files) {
  context.say(NameOf(request));
  if (files.ca_file.empty()) files.ca_file = context.ca_file;
  return context.network.Send(request, files);
}

Status Judge(const http::ClientRequest& request, const http::ClientResponse& response) {
  const std::string name = NameOf(request);
  if (response.status == 407) {
    return Error(ErrorCode::kUnauthenticated, name + ": status 407, of a proxy");
  }
  return http::CheckStatus(response, name);
}

Result<http::ClientResponse> AskForSuccess(CheckContext& context,
                                           const http::ClientRequest& request,
                                           http::ClientOptions files) {
  ASSIGN_OR_RETURN(http::ClientResponse response, Ask(context, request, std::move(files)));
  RETURN_IF_ERROR(Judge(request, response));
  return response;
}

}  // namespace injector::doctor
