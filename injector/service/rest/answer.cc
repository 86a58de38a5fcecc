#include "injector/service/rest/answer.h"

#include <string_view>

#include "injector/http/server/problem.h"
#include "injector/service/grants.h"
#include "injector/service/once.h"

namespace injector::rest {
namespace {

constexpr std::string_view kPreconditionRequired =
    "If-Match: say which version the change is based on";

// Field names are the request's own: what is wrong with one of them is said without it.
std::string WithoutFieldName(const std::string& message) {
  constexpr std::string_view kField = "field ";
  const std::size_t colon = message.rfind(": ");
  if (!message.starts_with(kField) || colon == std::string::npos) return message;
  return "config: one of the fields: " + message.substr(colon + 2);
}

}  // namespace

http::ServerResponse WithEtag(http::ServerResponse response, std::int64_t version) {
  response.headers.emplace_back("ETag", '"' + std::to_string(version) + '"');
  return response;
}

Error PreconditionRequired() {
  return {ErrorCode::kFailedPrecondition, std::string(kPreconditionRequired)};
}

http::ServerResponse Refusal(const Error& error) {
  const std::string& message = error.message();
  if (IsNotGranted(error)) return http::ProblemResponse(403, "not_granted", message);
  if (message == kPreconditionRequired) {
    return http::ProblemResponse(428, "precondition_required", message);
  }
  if (IsKeyReused(error)) return http::ProblemResponse(422, "idempotency_key_reused", message);
  if (error.code() == ErrorCode::kInvalidArgument) {
    return RefusalOf(Error(error.code(), WithoutFieldName(message)));
  }
  return RefusalOf(error);
}

}  // namespace injector::rest
