#include "injector/service/rest/call.h"

#include <algorithm>

#include "injector/base/ascii.h"
#include "injector/base/percent.h"
#include "injector/base/utf8.h"
#include "injector/crypto/length_prefixed.h"
#include "injector/model/json.h"
#include "injector/service/rest/answer.h"

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

const std::string& Call::Segment(std::string_view name) const {
  const auto found =
      std::find_if(path.begin(), path.end(), [&](const auto& part) { return part.first == name; });
  return found->second;
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

Result<PageRequest> Query::Page() const {
  constexpr Bounds kLimits{.least = 1, .most = PageRequest::kMaxLimit};
  PageRequest page{.after = Text("after")};
  ASSIGN_OR_RETURN(const std::int64_t limit,
                   Number("limit", kLimits, static_cast<std::int64_t>(page.limit)));
  page.limit = static_cast<std::size_t>(limit);
  return page;
}

Result<Value> JsonBody(const Call& call) {
  const std::optional<std::string_view> header = call.request.FindHeader("Content-Type");
  const std::string type = header ? MediaType(*header) : "";
  const bool patch = call.request.method == "PATCH" && type == "application/merge-patch+json";
  if (type != "application/json" && !patch) return UnsupportedMediaType();
  Result<Value> body = ParseJson(call.request.body.Reveal());
  if (!body.ok()) return std::move(body).error().WithContext("body");
  return body;
}

Result<std::optional<std::int64_t>> IfMatch(const Call& call) {
  constexpr std::int64_t kMost = std::int64_t{1} << 53;
  const std::optional<std::string_view> header = call.request.FindHeader("If-Match");
  if (!header) return std::optional<std::int64_t>();
  std::string_view text = StripAsciiSpace(*header);
  std::optional<std::int64_t> version;
  if (text.size() > 2 && text.front() == '"' && text.back() == '"') {
    version = ParseWholeNumber(text.substr(1, text.size() - 2), 1, kMost);
  }
  if (!version) {
    return Error(ErrorCode::kFailedPrecondition, "If-Match: names no version, as \"1\" would");
  }
  return version;
}

Result<std::int64_t> RequiredIfMatch(const Call& call) {
  ASSIGN_OR_RETURN(const std::optional<std::int64_t> version, IfMatch(call));
  if (!version) return PreconditionRequired();
  return *version;
}

Result<std::optional<OnceKey>> OnceKeyOf(const Call& call) {
  constexpr std::size_t kLimit = 255;
  constexpr std::string_view kName = "Idempotency-Key";
  const std::optional<std::string_view> key = call.request.FindHeader(kName);
  if (!key) return std::optional<OnceKey>();
  const auto is_visible = [](char c) { return c > ' ' && c < 0x7F; };
  if (key->empty() || key->size() > kLimit || !std::all_of(key->begin(), key->end(), is_visible)) {
    return Bad(kName, "1 to 255 visible characters");
  }
  // With the lengths in front, so that no two requests look alike.
  Secret request = Secret::TakeFrom(
      LengthPrefixed({call.request.method, call.request.path, call.request.body.Reveal()}));
  return std::optional<OnceKey>(OnceKey{.key = std::string(*key), .request = std::move(request)});
}

LeaseProof ProofOf(const Call& call) {
  return {.id = call.Segment("id"),
          .secret = Secret::CopyOf(call.request.FindHeader("Grant-Secret").value_or(""))};
}

}  // namespace injector::rest
