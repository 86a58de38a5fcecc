#include "injector/http/server/problem.h"

#include <string>
#include <utility>
#include <vector>

#include "injector/model/json.h"

namespace injector::http {
namespace {

struct StatusRow {
  int status;
  std::string_view title;  // RFC 9110, section 15
  std::string_view code;   // when the HTTP layer itself comes to it
};
constexpr StatusRow kStatuses[] = {
    {400, "Bad Request", "invalid_argument"},
    {401, "Unauthorized", "unauthenticated"},
    {403, "Forbidden", "permission_denied"},
    {404, "Not Found", "not_found"},
    {405, "Method Not Allowed", "method_not_allowed"},
    {408, "Request Timeout", "deadline_exceeded"},
    {409, "Conflict", "conflict"},
    {411, "Length Required", "invalid_argument"},
    {412, "Precondition Failed", "failed_precondition"},
    {413, "Content Too Large", "too_large"},
    {414, "URI Too Long", "too_large"},
    {415, "Unsupported Media Type", "invalid_argument"},
    {422, "Unprocessable Content", "invalid_argument"},
    {428, "Precondition Required", "precondition_required"},
    {429, "Too Many Requests", "too_many_requests"},
    {431, "Request Header Fields Too Large", "too_large"},
    {500, "Internal Server Error", "internal"},
    {503, "Service Unavailable", "unavailable"},
    {504, "Gateway Timeout", "deadline_exceeded"},
};

std::string_view TitleOf(int status) {
  for (const StatusRow& row : kStatuses) {
    if (row.status == status) return row.title;
  }
  return "Error";
}

std::string_view CodeOf(int status) {
  for (const StatusRow& row : kStatuses) {
    if (row.status == status) return row.code;
  }
  return "internal";
}

}  // namespace

int StatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return 400;
    case ErrorCode::kUnauthenticated:
      return 401;
    case ErrorCode::kPermissionDenied:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kFailedPrecondition:
      return 412;
    case ErrorCode::kUnavailable:
      return 503;
    case ErrorCode::kDeadlineExceeded:
      return 504;
    case ErrorCode::kDataLoss:
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

ServerResponse ProblemResponse(int status, std::string_view code, std::string_view message) {
  std::vector<Value::Member> error;
  error.push_back({"code", Value::String(code)});
  error.push_back({"message", Value::String(message)});
  std::vector<Value::Member> problem;
  problem.push_back({"type", Value::String(std::string_view("about:blank"))});
  problem.push_back({"title", Value::String(TitleOf(status))});
  problem.push_back({"status", Value::Number(std::int64_t{status})});
  problem.push_back({"detail", Value::String(message)});
  problem.push_back({"error", Value::Map(std::move(error))});
  ServerResponse response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = WriteJson(Value::Map(std::move(problem)));
  return response;
}

ServerResponse ProblemFor(const Error& error) {
  const int status = StatusOf(error.code());
  const bool is_inner = status == 500;
  return ProblemResponse(status, ErrorCodeName(error.code()),
                         is_inner ? std::string_view("something went wrong inside the server")
                                  : std::string_view(error.message()));
}

ServerResponse ProblemForStatus(int status) {
  return ProblemResponse(status, CodeOf(status), TitleOf(status));
}

}  // namespace injector::http
