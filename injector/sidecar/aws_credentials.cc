#include "injector/sidecar/aws_credentials.h"

#include <optional>
#include <utility>

#include "injector/model/catalogue.h"
#include "injector/rest/json_object.h"

namespace injector::sidecar {
namespace {

// Empty when there is none.
Result<Secret> TextOf(const Connection& connection, std::string_view field) {
  ASSIGN_OR_RETURN(const Value* value, FindField(connection, field));
  return value == nullptr ? Secret() : value->ToText();
}

}  // namespace

Result<Value> AwsCredentials(const Connection& connection, const Clock& clock,
                             std::chrono::milliseconds life) {
  ASSIGN_OR_RETURN(Secret id, TextOf(connection, "access_key_id"));
  ASSIGN_OR_RETURN(Secret key, TextOf(connection, "secret_access_key"));
  ASSIGN_OR_RETURN(Secret token, TextOf(connection, "session_token"));
  if (id.empty() || key.empty()) {
    return Error(ErrorCode::kFailedPrecondition, "credentials: the connection has no pair of keys");
  }
  auto end = std::chrono::floor<std::chrono::seconds>(clock.Now() + life);
  const std::optional<std::chrono::sys_seconds> said = ParseRfc3339(connection.expires_at);
  // Sooner, never later: what is rotated before its end has to be asked for again.
  if (said) end = std::min(end, *said);
  rest::ObjectBuilder json;
  json.Add("AccessKeyId", Value::String(std::move(id)));
  json.Add("SecretAccessKey", Value::String(std::move(key)));
  // Always there: botocore fails without the member.
  json.Add("Token", Value::String(std::move(token)));
  json.Add("Expiration", rest::TimePoint(end));
  return std::move(json).Build();
}

}  // namespace injector::sidecar
