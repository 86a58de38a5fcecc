#include "runner_shim/scrub/parts.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/hex.h"
#include "injector/base/utf8.h"
#include "runner_shim/scrub/json_strings.h"

namespace runner_shim {
namespace {

using injector::Secret;

constexpr std::size_t kShortestJsonString = 8;
constexpr std::size_t kShortestPath = 16;

// Members of key files that are no secrets and that logs need.
constexpr std::array<std::string_view, 11> kOpenNames = {
    "type",   "project_id", "private_key_id", "client_id", "client_email", "universe_domain",
    "region", "host",       "user",           "username",  "name"};

struct Url {
  std::optional<std::string_view> user;
  std::optional<std::string_view> password;
  std::string_view path_and_query;
};

// The length of "scheme://" (RFC 3986, section 3.1); 0 if `text` does not begin with one.
std::size_t SchemeLength(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() &&
         (injector::IsAsciiAlnum(text[length]) ||
          (length > 0 && std::string_view("+.-").find(text[length]) != std::string_view::npos))) {
    ++length;
  }
  const bool letter_first = length > 0 && !injector::IsAsciiDigit(text[0]);
  return letter_first && text.substr(length).starts_with("://") ? length + 3 : 0;
}

std::optional<Url> ParseUrl(std::string_view text) {
  const std::size_t scheme = SchemeLength(text);
  if (scheme == 0) return std::nullopt;
  text.remove_prefix(scheme);
  Url url;
  const std::size_t delimiter = std::min(text.find_first_of("/?#@"), text.size());
  if (delimiter < text.size() && text[delimiter] == '@') {
    const std::string_view userinfo = text.substr(0, delimiter);
    const std::size_t colon = userinfo.find(':');
    url.user = userinfo.substr(0, colon);
    if (colon != userinfo.npos) url.password = userinfo.substr(colon + 1);
    text.remove_prefix(delimiter + 1);
  }
  text.remove_prefix(std::min(text.find_first_of("/?#"), text.size()));
  url.path_and_query = text.substr(0, text.find('#'));
  return url;
}

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

bool IsOpen(const JsonString& field) {
  if (std::find(kOpenNames.begin(), kOpenNames.end(), field.name) != kOpenNames.end()) return true;
  const std::string_view name = field.name;
  if (!name.ends_with("_uri") && !name.ends_with("_url")) return false;
  const std::optional<Url> url = ParseUrl(field.text.Reveal());
  return !url || (!url->user && url->path_and_query.find('?') == std::string_view::npos);
}

void AddJsonParts(std::string_view value, std::vector<Secret>& parts) {
  const std::string_view stripped = injector::StripAsciiSpace(value);
  if (!stripped.starts_with('{') && !stripped.starts_with('[')) return;
  std::optional<std::vector<JsonString>> fields = FindJsonStrings(value);
  if (!fields) return;
  for (JsonString& field : *fields) {
    if (field.text.size() < kShortestJsonString || IsOpen(field)) continue;
    parts.push_back(std::move(field.text));
  }
}

void AddUrlParts(std::string_view value, UrlPath url_path, std::vector<Secret>& parts) {
  value = injector::StripAsciiSpace(value);  // a file's value ends with a newline
  if (HoldsSpace(value)) return;
  const std::optional<Url> url = ParseUrl(value);
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
