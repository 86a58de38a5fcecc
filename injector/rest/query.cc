#include "injector/rest/query.h"

#include <algorithm>
#include <optional>

#include "injector/base/ascii.h"
#include "injector/base/percent.h"
#include "injector/base/utf8.h"
#include "injector/model/json.h"
#include "injector/rest/answer.h"
#include "injector/rest/json_object.h"

namespace injector::rest {
namespace {

constexpr std::size_t kParameterLimit = 1024;

Error Bad(std::string_view name, std::string_view expected) {
  return Error(ErrorCode::kInvalidArgument,
               std::string(name) + ": expected " + std::string(expected));
}

Result<std::string> DecodeParameter(std::string_view text) {
  const std::optional<Secret> decoded = PercentDecode(text);
  if (!decoded || !IsPlainText(decoded->Reveal(), kParameterLimit)) {
    return Bad("query", "percent-encoded UTF-8 without control characters");
  }
  return std::string(decoded->Reveal());
}

// "application/json" of "Application/JSON; charset=utf-8".
std::string MediaType(std::string_view header) {
  return ToAsciiLower(StripAsciiSpace(header.substr(0, header.find(';'))));
}

}  // namespace

bool IsPlainText(std::string_view text, std::size_t limit) {
  return text.size() <= limit && IsValidUtf8(text) && !HoldsAsciiControl(text);
}

Result<Query> Query::Parse(std::string_view text, std::initializer_list<std::string_view> known) {
  Query query;
  while (!text.empty()) {
    const std::string_view parameter = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(parameter.size() + 1, text.size()));
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    ASSIGN_OR_RETURN(std::string name, DecodeParameter(parameter.substr(0, equals)));
    ASSIGN_OR_RETURN(std::string value,
                     DecodeParameter(parameter.substr(std::min(equals + 1, parameter.size()))));
    const bool is_known = std::find(known.begin(), known.end(), name) != known.end();
    if (!is_known || query.Find(name) != nullptr) {
      return Bad("query", "only parameters that this path has, each once");
    }
    query.parameters_.emplace_back(std::move(name), std::move(value));
  }
  return query;
}

const std::string* Query::Find(std::string_view name) const {
  for (const auto& [parameter, value] : parameters_) {
    if (parameter == name) return &value;
  }
  return nullptr;
}

std::string Query::Text(std::string_view name) const {
  const std::string* value = Find(name);
  return value == nullptr ? std::string() : *value;
}

Result<bool> Query::Bool(std::string_view name) const {
  const std::string text = Text(name);
  if (text == "true") return true;
  if (text.empty() || text == "false") return false;
  return Bad(name, "true or false");
}

Result<std::int64_t> Query::Number(std::string_view name, Bounds bounds,
                                   std::int64_t otherwise) const {
  const std::string* text = Find(name);
  if (text == nullptr) return otherwise;
  const std::optional<std::int64_t> number = ParseWholeNumber(*text, bounds.least, bounds.most);
  if (!number) {
    return Bad(name, "a whole number from " + std::to_string(bounds.least) + " to " +
                         std::to_string(bounds.most));
  }
  return *number;
}

Result<Value> JsonBody(const http::ServerRequest& request) {
  const std::optional<std::string_view> header = request.FindHeader("Content-Type");
  const std::string type = header ? MediaType(*header) : "";
  const bool patch = request.method == "PATCH" && type == "application/merge-patch+json";
  if (type != "application/json" && !patch) return UnsupportedMediaType();
  Result<Value> body = ParseJson(request.body.Reveal());
  if (!body.ok()) return std::move(body).error().WithContext("body");
  return body;
}

std::string_view BearerToken(const http::ServerRequest& request) {
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view header = request.FindHeader("Authorization").value_or("");
  if (ToAsciiLower(header.substr(0, kScheme.size())) != kScheme) return {};
  return StripAsciiSpace(header.substr(kScheme.size()));
}

}  // namespace injector::rest
