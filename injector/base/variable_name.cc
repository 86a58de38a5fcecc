#include "injector/base/variable_name.h"

#include <algorithm>

#include "injector/base/ascii.h"

namespace injector {

bool IsVariableName(std::string_view name) {
  if (name.empty() || IsAsciiDigit(name.front())) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return IsAsciiAlnum(c) || c == '_'; });
}

std::string VariableNamePart(std::string_view text) {
  std::string part = ToAsciiUpper(text);
  std::replace_if(
      part.begin(), part.end(), [](char c) { return !IsAsciiAlnum(c); }, '_');
  return part;
}

bool GlobMatches(std::string_view pattern, std::string_view name) {
  // Only the latest `*` needs to be tried again with one character more, so this is at most
  // |pattern| * |name| steps.
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  std::size_t p = 0;
  std::size_t n = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace injector
