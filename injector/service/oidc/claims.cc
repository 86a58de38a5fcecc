#include "injector/service/oidc/claims.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/service/oidc/json_web_token.h"

namespace injector::oidc {
namespace {

constexpr std::size_t kLongestSubject = 1024;
constexpr std::size_t kMostAudiences = 16;
constexpr double kLatestTime = 253'402'300'800;  // the year 10000

// RFC 6901, section 4: "~1" is a slash, "~0" a tilde.
std::optional<std::string> Unescape(std::string_view step) {
  std::string plain;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~') {
      plain += step[i];
      continue;
    }
    const char code = i + 1 < step.size() ? step[++i] : '\0';
    if (code != '0' && code != '1') return std::nullopt;
    plain += code == '0' ? '~' : '/';
  }
  return plain;
}

bool IsText(const Value* value) {
  return value != nullptr && value->kind() == Value::Kind::kString;
}

// A NumericDate (RFC 7519, section 2): seconds since 1970, perhaps with a fraction, which is cut
// off. nullopt for anything else, and for times that no clock shows.
std::optional<std::int64_t> Seconds(const Value& claims, std::string_view name) {
  const Value* value = claims.Find(name);
  if (value == nullptr || value->kind() != Value::Kind::kNumber) return std::nullopt;
  const std::string& text = value->number_text();
  double seconds = -1;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool complete = failure == std::errc() && end == text.data() + text.size();
  if (!complete || !(seconds >= 0 && seconds < kLatestTime)) return std::nullopt;
  return static_cast<std::int64_t>(seconds);
}

Status CheckAudience(const Value& claims, const std::vector<std::string>& ours) {
  const Value* audience = claims.Find("aud");
  const auto is_ours = [&ours](const Value& value) {
    return IsText(&value) &&
           std::find(ours.begin(), ours.end(), value.string().Reveal()) != ours.end();
  };
  if (audience == nullptr) return Refused("it has no aud");
  if (audience->kind() != Value::Kind::kList) {
    return is_ours(*audience) ? Status() : Refused("its aud is another");
  }
  const std::vector<Value>& all = audience->items();
  if (all.empty() || all.size() > kMostAudiences) return Refused("its aud is another");
  if (std::all_of(all.begin(), all.end(), is_ours)) return {};
  return Refused(std::any_of(all.begin(), all.end(), is_ours) ? "its aud names others as well"
                                                              : "its aud is another");
}

Status CheckSubject(const Value& claims) {
  const Value* subject = claims.Find("sub");
  if (!IsText(subject)) return Refused("it has no sub");
  const std::string_view text = subject->string().Reveal();
  if (!text.empty() && text.size() <= kLongestSubject && !HoldsAsciiControl(text)) return {};
  return Refused("its sub is empty, too long, or holds control characters");
}

Status CheckTimes(const Value& claims, std::chrono::seconds skew, TimePoint now) {
  const std::int64_t clock =
      std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const std::optional<std::int64_t> expires = Seconds(claims, "exp");
  const std::optional<std::int64_t> issued = Seconds(claims, "iat");
  if (!expires) return Refused("it has no exp");
  if (!issued) return Refused("it has no iat");
  if (clock >= *expires + skew.count()) return Refused("it has expired");
  if (*issued > clock + skew.count()) return Refused("its iat is in the future");
  constexpr std::int64_t kLongest = std::chrono::seconds(kLongestTokenLife).count();
  if (*expires <= *issued) return Refused("its exp is not after its iat");
  if (*expires - *issued > kLongest) return Refused("it lives longer than 24 hours");
  if (claims.Find("nbf") == nullptr) return {};
  const std::optional<std::int64_t> begins = Seconds(claims, "nbf");
  if (begins && *begins <= clock + skew.count()) return {};
  return Refused("its nbf is in the future");
}

}  // namespace

std::optional<ClaimPointer> ClaimPointer::Parse(std::string_view text) {
  if (!text.starts_with('/')) return std::nullopt;
  ClaimPointer pointer;
  pointer.text_ = text;
  std::size_t begin = 1;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    std::optional<std::string> step = Unescape(text.substr(begin, end - begin));
    if (!step) return std::nullopt;
    pointer.steps_.push_back(*std::move(step));
    begin = end + 1;
  }
  return pointer;
}

const Value* ClaimPointer::Find(const Value& claims) const {
  const Value* value = &claims;
  for (const std::string& step : steps_) {
    value = value->Find(step);
    if (value == nullptr) return nullptr;
  }
  return value;
}

std::optional<std::string> ClaimPointer::Text(const Value& claims) const {
  const Value* value = Find(claims);
  if (value == nullptr) return std::nullopt;
  switch (value->kind()) {
    case Value::Kind::kString:
      if (value->string().empty()) return std::nullopt;
      return std::string(value->string().Reveal());
    case Value::Kind::kNumber:
      return value->number_text();
    case Value::Kind::kBool:
      return value->boolean() ? "true" : "false";
    default:
      return std::nullopt;
  }
}

Status CheckClaims(const Value& claims, const TokenExpectations& expected, TimePoint now) {
  const Value* issuer = claims.Find("iss");
  if (!IsText(issuer)) return Refused("it has no iss");
  if (issuer->string().Reveal() != expected.issuer) return Refused("its iss is another");
  RETURN_IF_ERROR(CheckAudience(claims, expected.audiences));
  RETURN_IF_ERROR(CheckSubject(claims));
  return CheckTimes(claims, expected.clock_skew, now);
}

std::string SubjectOf(const Value& claims) {
  const Value* subject = claims.Find("sub");
  return IsText(subject) ? std::string(subject->string().Reveal()) : std::string();
}

}  // namespace injector::oidc
