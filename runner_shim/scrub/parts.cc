#include "runner_shim/scrub/parts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/hex.h"
#include "injector/base/open_member.h"
#include "injector/base/url.h"
#include "injector/base/utf8.h"
#include "runner_shim/scrub/json_strings.h"

namespace runner_shim {
namespace {

using injector::Secret;

constexpr std::size_t kShortestJsonString = 8;
constexpr std::size_t kShortestPath = 16;

// Unlike injector::PercentDecode it leaves alone what is no escape, as clients do.
Secret DecodePercent(std::string_view text) {
  injector::SecretBuilder bytes;
  while (!text.empty()) {
    std::optional<Secret> byte;
    if (text[0] == '%' && text.size() >= 3) byte = injector::HexDecode(text.substr(1, 2));
    bytes.Append(byte ? byte->Reveal() : text.substr(0, 1));
    text.remove_prefix(byte ? 3 : 1);
  }
  return std::move(bytes).Build();
}

bool HoldsSpace(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return injector::IsAsciiSpace(c); });
}

void AddJsonParts(std::string_view value, std::vector<Secret>& parts) {
  const std::string_view stripped = injector::StripAsciiSpace(value);
  if (!stripped.starts_with('{') && !stripped.starts_with('[')) return;
  std::optional<std::vector<JsonString>> fields = FindJsonStrings(value);
  if (!fields) return;
  for (JsonString& field : *fields) {
    const bool open = injector::IsOpenMember(field.name, field.text.Reveal());
    if (open || field.text.size() < kShortestJsonString) continue;
    parts.push_back(std::move(field.text));
  }
}

void AddUrlParts(std::string_view value, UrlPath url_path, std::vector<Secret>& parts) {
  value = injector::StripAsciiSpace(value);  // a file's value ends with a newline
  if (HoldsSpace(value)) return;
  const std::optional<injector::UrlParts> url = injector::SplitUrl(value);
  if (!url) return;
  const std::string_view secret = url->password ? *url->password : url->user.value_or("");
  if (!secret.empty()) {
    parts.push_back(Secret::CopyOf(secret));
    if (secret.find('%') != secret.npos) parts.push_back(DecodePercent(secret));
  }
  if (url->user || url_path == UrlPath::kOpen) return;
  if (url->path_and_query.size() >= kShortestPath) {
    parts.push_back(Secret::CopyOf(url->path_and_query));
  }
}

}  // namespace

std::vector<Secret> PartsOf(std::string_view value, UrlPath url_path) {
  std::vector<Secret> parts;
  if (!injector::IsValidUtf8(value)) return parts;
  AddJsonParts(value, parts);
  AddUrlParts(value, url_path, parts);
  return parts;
}

}  // namespace runner_shim
