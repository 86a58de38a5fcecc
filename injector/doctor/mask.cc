#include "injector/doctor/mask.h"

#include <algorithm>
#include <vector>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/base/hex.h"
#include "injector/base/percent.h"
#include "injector/inject/field_scrub_values.h"
#include "injector/model/json.h"
#include "injector/model/redaction.h"

namespace injector::doctor {
namespace {

constexpr std::size_t kShortest = 4;
// A core shorter than this stands in too much other base64.
constexpr std::size_t kShortestCore = 6;

// All of them, also those that the user lets a job's log show.
std::vector<ScrubValue> SecretsOf(const Connection& connection) {
  Connection whole = connection.Clone();
  whole.no_scrub.clear();
  return FieldScrubValues(whole);
}

// The characters that `secret` alone determines where `offset` bytes stand before it.
std::string Base64Core(std::string_view secret, std::size_t offset, Base64Alphabet alphabet) {
  const std::string padded = std::string(offset, '\0') + std::string(secret);
  const Secret encoded = Base64Encode(padded, alphabet);
  const std::size_t first = (offset * 8 + 5) / 6;
  const std::size_t last = padded.size() * 8 / 6;
  return std::string(encoded.Reveal().substr(first, last - first));
}

void AddForms(std::string_view secret, std::vector<std::string>& forms) {
  forms.emplace_back(secret);
  const std::string percent(PercentEncode(secret).Reveal());
  forms.push_back(percent);
  forms.push_back(ToAsciiLower(percent));
  const Secret json = WriteJson(Value::String(secret));
  forms.emplace_back(json.Reveal().substr(1, json.size() - 2));
  forms.push_back(HexEncode(secret));
  forms.push_back(ToAsciiUpper(HexEncode(secret)));
  for (const Base64Alphabet alphabet : {Base64Alphabet::kStandard, Base64Alphabet::kUrl}) {
    for (std::size_t offset = 0; offset < 3; ++offset) {
      std::string core = Base64Core(secret, offset, alphabet);
      if (core.size() >= kShortestCore) forms.push_back(std::move(core));
    }
  }
}

std::vector<std::string> FormsOf(const Connection& connection) {
  std::vector<std::string> forms;
  for (const ScrubValue& secret : SecretsOf(connection)) {
    const std::string_view text = StripAsciiSpace(secret.value.Reveal());
    if (text.size() >= kShortest) AddForms(text, forms);
  }
  // A form that stands inside another would leave the rest of that to be read.
  std::ranges::sort(forms, [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  return forms;
}

std::string Replace(std::string text, std::string_view form) {
  for (std::size_t at = text.find(form); at != text.npos; at = text.find(form, at)) {
    text.replace(at, form.size(), kRedacted);
    at += kRedacted.size();
  }
  return text;
}

}  // namespace

std::string MaskSecrets(std::string_view text, const Connection& connection) {
  std::string masked(text);
  for (const std::string& form : FormsOf(connection)) masked = Replace(std::move(masked), form);
  return masked;
}

std::string_view KnownWords(std::string_view words, std::span<const std::string_view> vocabulary) {
  const auto known = std::ranges::find_if(
      vocabulary, [words](std::string_view one) { return words.find(one) != words.npos; });
  return known == vocabulary.end() ? std::string_view() : *known;
}

}  // namespace injector::doctor
