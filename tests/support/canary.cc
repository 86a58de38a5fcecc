#include "tests/support/canary.h"

#include <algorithm>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/base/hex.h"
#include "injector/base/percent.h"

namespace injector::testing {
namespace {

struct Form {
  std::string name;
  std::string needle;
};

// The digits of base64 that the secret alone determines when `shift` other bytes precede it.
std::string Base64Core(std::string_view secret, std::size_t shift) {
  const std::string padded = std::string(shift, 'x') + std::string(secret);
  const std::string encoded(Base64Encode(padded).Reveal());
  const std::size_t first = (shift * 8 + 5) / 6;
  const std::size_t last = padded.size() * 8 / 6;
  return encoded.substr(first, last - first);
}

std::string Replace(std::string_view text, char from, std::string_view to) {
  std::string result;
  for (char c : text) result += c == from ? std::string(to) : std::string(1, c);
  return result;
}

std::vector<Form> FormsOf(std::string_view secret) {
  std::vector<Form> forms = {{"raw", std::string(secret)},
                             {"hex", HexEncode(secret)},
                             {"upper-case hex", ToAsciiUpper(HexEncode(secret))},
                             {"percent", std::string(PercentEncode(secret).Reveal())},
                             {"doubled backslashes", Replace(secret, '\\', "\\\\")},
                             {"doubled quotes", Replace(secret, '\'', "''")}};
  for (std::size_t shift = 0; shift < 3; ++shift) {
    forms.push_back({"base64+" + std::to_string(shift), Base64Core(secret, shift)});
  }
  return forms;
}

std::string WithoutLineBreaks(std::string_view text) {
  std::string result(text);
  std::erase_if(result, [](char c) { return c == '\n' || c == '\r'; });
  return result;
}

}  // namespace

std::string EverySymbol() {
  std::string text;
  for (char c = '!'; c <= '~'; ++c) text += c;
  return text;
}

std::string EveryKindOfText() { return EverySymbol() + " ü€z"; }

std::vector<std::string> ExposedForms(std::string_view secret, std::string_view text) {
  const std::string unbroken = WithoutLineBreaks(text);
  std::vector<std::string> exposed;
  for (const Form& form : FormsOf(secret)) {
    const std::string needle = WithoutLineBreaks(form.needle);
    if (unbroken.find(needle) != std::string::npos) exposed.push_back(form.name);
  }
  return exposed;
}

}  // namespace injector::testing
