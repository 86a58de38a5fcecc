#include "injector/rest/answer.h"

#include <string>

#include "injector/http/server/problem.h"
#include "injector/model/json.h"
#include "injector/rest/json_object.h"

namespace injector::rest {
namespace {

constexpr std::string_view kUnsupportedMediaType = "Content-Type: expected application/json";
constexpr const char* kRetryAfterSeconds = "1";

}  // namespace

http::ServerResponse JsonAnswer(int status, const Value& body) {
  http::ServerResponse response = TextAnswer("application/json", WriteJson(body));
  response.status = status;
  return response;
}

http::ServerResponse TextAnswer(std::string_view content_type, Secret body) {
  http::ServerResponse response;
  response.content_type = content_type;
  response.body = std::move(body);
  return response;
}

http::ServerResponse EmptyAnswer() {
  http::ServerResponse response;
  response.status = 204;
  return response;
}

http::ServerResponse StatusAnswer(std::string_view status) {
  ObjectBuilder json;
  json.Add("status", status);
  return JsonAnswer(200, std::move(json).Build());
}

http::ServerResponse NoRouteAnswer(std::string_view allowed) {
  if (allowed.empty()) return http::ProblemResponse(404, "not_found", "no such path");
  http::ServerResponse response = http::ProblemForStatus(405);
  response.headers.emplace_back("Allow", allowed);
  return response;
}

Error UnsupportedMediaType() {
  return {ErrorCode::kInvalidArgument, std::string(kUnsupportedMediaType)};
}

Error TooManyWaiting() {
  return {ErrorCode::kUnavailable, "too many jobs are waiting here: ask again"};
}

http::ServerResponse RefusalOf(const Error& error) {
  if (error.message() == kUnsupportedMediaType) {
    return http::ProblemResponse(415, "invalid_argument", error.message());
  }
  http::ServerResponse response = http::ProblemFor(error);
  if (response.status == 500) return http::ProblemForStatus(500);
  if (response.status == 503) response.headers.emplace_back("Retry-After", kRetryAfterSeconds);
  return response;
}

}  // namespace injector::rest
