#include "injector/model/secret_names.h"

#include <algorithm>

#include "injector/base/ascii.h"

namespace injector {
namespace {

constexpr std::string_view kSecretParts[] = {
    "password", "passwd", "passphrase", "token", "secret", "credential", "dsn", "authorization"};

bool IsSeparator(char c) { return c == '_' || c == '-' || c == '.'; }

// Whether `part` (in lower case) stands at `at` of `name`, in any case.
bool StandsAt(std::string_view name, std::size_t at, std::string_view part) {
  if (at > name.size() || name.size() - at < part.size()) return false;
  return std::equal(part.begin(), part.end(), name.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char p, char c) { return p == ToAsciiLower(c); });
}

// Whether a word begins at `at`: after a separator, or where the case changes as in "apiKey" and
// "APIKey".
bool WordBeginsAt(std::string_view name, std::size_t at) {
  if (at == 0 || IsSeparator(name[at - 1])) return true;
  if (!IsAsciiUpper(name[at])) return false;
  return !IsAsciiUpper(name[at - 1]) || (at + 1 < name.size() && IsAsciiLower(name[at + 1]));
}

bool WordEndsAt(std::string_view name, std::size_t at) {
  return at == name.size() || IsSeparator(name[at]) || WordBeginsAt(name, at);
}

std::size_t SkipSeparator(std::string_view name, std::size_t at) {
  return at < name.size() && IsSeparator(name[at]) ? at + 1 : at;
}

// Whether the "key" at `at` is no secret: primary_key, key_id, and …_key_path at the end.
bool IsHarmlessKey(std::string_view name, std::size_t at) {
  constexpr std::string_view kPrimary = "primary";
  const std::size_t before = at > 0 && IsSeparator(name[at - 1]) ? at - 1 : at;
  if (before >= kPrimary.size() && StandsAt(name, before - kPrimary.size(), kPrimary)) return true;

  const std::size_t next = SkipSeparator(name, at + 3);
  if (next >= name.size() || !WordBeginsAt(name, next)) return false;
  if (StandsAt(name, next, "id") && WordEndsAt(name, next + 2)) return true;
  return StandsAt(name, next, "path") && next + 4 == name.size();
}

// Whether one of the words above or below begins with `letter`, in lower case.
bool MayBeginPart(char letter) {
  return std::string_view("acdkptsw").find(letter) != std::string_view::npos;
}

bool IsSecretPartAt(std::string_view name, std::size_t at) {
  if (!MayBeginPart(ToAsciiLower(name[at]))) return false;
  for (std::string_view part : kSecretParts) {
    if (StandsAt(name, at, part)) return true;
  }
  if (StandsAt(name, at, "key")) return !IsHarmlessKey(name, at);
  if (StandsAt(name, at, "webhook")) return StandsAt(name, SkipSeparator(name, at + 7), "url");
  return StandsAt(name, at, "auth") && WordBeginsAt(name, at) && WordEndsAt(name, at + 4);
}

}  // namespace

bool IsSecretName(std::string_view name) {
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (IsSecretPartAt(name, at)) return true;
  }
  return false;
}

}  // namespace injector
