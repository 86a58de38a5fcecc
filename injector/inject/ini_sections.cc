#include "injector/inject/ini_sections.h"

#include <optional>

#include "injector/base/ascii.h"

namespace injector {
namespace {

std::string_view WithoutQuotes(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == text.back() &&
                      (text.front() == '"' || text.front() == '\'');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

// The profile that a header line names; nullopt for any other line.
std::optional<std::string_view> ProfileOfHeader(std::string_view line) {
  constexpr std::string_view kKeyword = "profile";
  line = StripAsciiSpace(line);
  const std::size_t close = line.find(']');
  if (!line.starts_with('[') || close == std::string_view::npos) return std::nullopt;
  std::string_view name = StripAsciiSpace(line.substr(1, close - 1));
  const bool has_keyword = name.starts_with(kKeyword) && name.size() > kKeyword.size() &&
                           IsAsciiSpace(name[kKeyword.size()]);
  if (has_keyword) name = StripAsciiSpace(name.substr(kKeyword.size()));
  return WithoutQuotes(name);
}

}  // namespace

Secret WithoutProfile(std::string_view text, std::string_view profile) {
  SecretBuilder kept;
  bool dropping = false;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::string_view line = text.substr(0, newline);
    if (const auto name = ProfileOfHeader(line)) dropping = *name == profile;
    if (!dropping) {
      kept.Append(line);
      kept.Append('\n');
    }
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
  }
  return std::move(kept).Build();
}

}  // namespace injector
