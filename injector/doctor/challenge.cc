#include "injector/doctor/challenge.h"

#include <algorithm>

#include "injector/base/ascii.h"

namespace injector::doctor {
namespace {

bool IsTokenCharacter(char c) {
  return IsAsciiAlnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::string Token() {
    std::string token;
    while (!text_.empty() && IsTokenCharacter(text_.front())) token += Next();
    return token;
  }

  // A token, or a quoted string without its quotes; nullopt: neither, or without its end.
  std::optional<std::string> Value() {
    if (!Skip('"')) {
      std::string token = Token();
      return token.empty() ? std::nullopt : std::optional(std::move(token));
    }
    std::string value;
    while (!text_.empty()) {
      char c = Next();
      if (c == '"') return value;
      if (c == '\\' && !text_.empty()) c = Next();
      value += c;
    }
    return std::nullopt;
  }

  bool Skip(char wanted) {
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }
  void SkipSpace() { text_ = text_.substr(std::min(text_.find_first_not_of(" \t"), text_.size())); }

 private:
  char Next() {
    const char c = text_.front();
    text_.remove_prefix(1);
    return c;
  }

  std::string_view text_;
};

}  // namespace

std::string Challenge::Parameter(std::string_view name) const {
  const auto found =
      std::ranges::find_if(parameters, [&](const auto& entry) { return entry.first == name; });
  return found == parameters.end() ? std::string() : found->second;
}

std::optional<Challenge> ParseChallenge(std::string_view header) {
  Scanner scanner(header);
  scanner.SkipSpace();
  Challenge challenge{.scheme = ToAsciiLower(scanner.Token()), .parameters = {}};
  if (challenge.scheme.empty()) return std::nullopt;
  do {
    scanner.SkipSpace();
    std::string name = ToAsciiLower(scanner.Token());
    scanner.SkipSpace();
    if (name.empty() || !scanner.Skip('=')) break;  // the next challenge, or none
    scanner.SkipSpace();
    std::optional<std::string> value = scanner.Value();
    if (!value) break;
    challenge.parameters.emplace_back(std::move(name), *std::move(value));
    scanner.SkipSpace();
  } while (scanner.Skip(','));
  return challenge;
}

}  // namespace injector::doctor
