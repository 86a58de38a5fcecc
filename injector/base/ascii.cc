#include "injector/base/ascii.h"

#include <algorithm>

namespace injector {

std::string ToAsciiLower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return ToAsciiLower(c); });
  return lower;
}

std::string ToAsciiUpper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) { return ToAsciiUpper(c); });
  return upper;
}

bool HoldsAsciiControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), &IsAsciiControl);
}

std::string_view StripAsciiSpace(std::string_view text) {
  while (!text.empty() && IsAsciiSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsAsciiSpace(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace injector
