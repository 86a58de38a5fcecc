#include "runner_shim/scrub/needle_set.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "injector/base/ascii.h"
#include "runner_shim/scrub/escape.h"
#include "runner_shim/scrub/parts.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;
using injector::Result;
using injector::Secret;
using injector::Status;

// Defaults and placeholders that turn up as passwords, and in every log.
constexpr std::array<std::string_view, 36> kCommonWords = {
    "access",   "admin",      "administrator", "airflow", "changeme",   "cluster",
    "database", "default",    "docker",        "example", "github",     "gitlab",
    "google",   "jenkins",    "localhost",     "master",  "minioadmin", "mongodb",
    "mysql",    "nobody",     "oracle",        "package", "passwd",     "password",
    "postgres", "postgresql", "production",    "public",  "rabbitmq",   "release",
    "secret",   "secrets",    "service",       "staging", "testing",    "username"};

bool IsCommonWord(std::string_view value) {
  const std::string lower = injector::ToAsciiLower(value);
  return std::find(kCommonWords.begin(), kCommonWords.end(), lower) != kCommonWords.end();
}

bool HoldsEscape(std::string_view bytes) { return bytes.find('\x1b') != bytes.npos; }

}  // namespace

std::string DescribeWarning(const ScrubWarning& warning, const ScrubOptions& options) {
  const std::string minimum = std::to_string(options.min_length) + " bytes";
  switch (warning.reason) {
    case ScrubWarning::Reason::kTooShort:
      return warning.name + ": shorter than " + minimum + ", so it is not scrubbed";
    case ScrubWarning::Reason::kPartTooShort:
      return warning.name + ": a part of it is shorter than " + minimum +
             ", so that part is not scrubbed where it stands alone";
    case ScrubWarning::Reason::kCommonWord:
      return warning.name + ": a common word, which will be masked wherever it occurs";
    case ScrubWarning::Reason::kUserName:
      return warning.name + ": the user's name, which will be masked wherever it occurs";
  }
  return warning.name;
}

Result<std::shared_ptr<const NeedleSet>> NeedleSet::Build(std::vector<ScrubSecret> secrets,
                                                          ScrubOptions options) {
  std::shared_ptr<NeedleSet> set(new NeedleSet);
  set->options_ = std::move(options);
  RETURN_IF_ERROR(set->Add(std::move(secrets)));
  return std::shared_ptr<const NeedleSet>(std::move(set));
}

Result<std::shared_ptr<const NeedleSet>> NeedleSet::With(std::vector<ScrubSecret> secrets) const {
  std::shared_ptr<NeedleSet> set(new NeedleSet);
  set->options_ = options_;
  set->names_ = names_;
  set->needles_ = needles_;
  RETURN_IF_ERROR(set->Add(std::move(secrets)));
  return std::shared_ptr<const NeedleSet>(std::move(set));
}

Status NeedleSet::Add(std::vector<ScrubSecret> secrets) {
  for (ScrubSecret& secret : secrets) {
    names_.push_back(secret.name);
    RETURN_IF_ERROR(AddSecret(secret));
    secret.value = Secret();  // wiped: its forms are all that is needed from here on
  }
  BuildMatchers();
  return {};
}

// The value, its parts, and theirs: a URL may stand inside a JSON text.
Status NeedleSet::AddSecret(const ScrubSecret& secret) {
  const UrlPath url_path = secret.whole_url_is_secret ? UrlPath::kSecret : UrlPath::kOpen;
  RETURN_IF_ERROR(AddValue(secret.value.Reveal(), secret, false));
  WarnIfCommon(secret.value.Reveal(), secret.name);
  std::vector<Secret> parts = PartsOf(secret.value.Reveal(), url_path);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    RETURN_IF_ERROR(AddValue(parts[i].Reveal(), secret, true));
    for (Secret& inner : PartsOf(parts[i].Reveal(), url_path)) {
      if (!(inner == parts[i])) parts.push_back(std::move(inner));
    }
  }
  return {};
}

Status NeedleSet::AddValue(std::string_view value, const ScrubSecret& secret, bool is_part) {
  if (IsBlank(value)) return {};
  const std::size_t length = CountedLength(value);
  std::size_t shortest = std::max<std::size_t>(options_.min_length, 1);
  if (length < shortest) {
    if (options_.short_secrets == ShortSecrets::kError) {
      return Error(ErrorCode::kInvalidArgument, secret.name + ": shorter than " +
                                                    std::to_string(shortest) +
                                                    " bytes, too short to be scrubbed")
          .WithHint("use a longer value, or choose another policy for short secrets");
    }
    if (options_.short_secrets == ShortSecrets::kWarn) {
      using enum ScrubWarning::Reason;
      Warn({secret.name, is_part ? kPartTooShort : kTooShort});
      return {};
    }
    shortest = length;
  }
  AddNeedles(value, shortest);
  return {};
}

// Once for each name: of one field several forms and parts may be short.
void NeedleSet::Warn(ScrubWarning warning) {
  const bool known = std::any_of(warnings_.begin(), warnings_.end(), [&](const auto& other) {
    return other.name == warning.name && other.reason == warning.reason;
  });
  if (!known) warnings_.push_back(std::move(warning));
}

void NeedleSet::AddNeedles(std::string_view value, std::size_t shortest) {
  for (FormOfValue& form : FormsOf(value)) {
    needles_.push_back(std::make_shared<const Needle>(
        Needle{std::move(form.bytes), names_.size() - 1, form.form, shortest}));
  }
}

void NeedleSet::WarnIfCommon(std::string_view value, const std::string& name) {
  const std::string_view word = injector::StripAsciiSpace(value);
  if (word.empty()) return;
  if (!options_.user_name.empty() && word == options_.user_name) {
    Warn({name, ScrubWarning::Reason::kUserName});
  } else if (IsCommonWord(word)) {
    Warn({name, ScrubWarning::Reason::kCommonWord});
  }
}

// Equal needles belong to the first secret: later ones are left out.
std::vector<Matcher::Needle> NeedleSet::DistinctNeedles(
    const std::vector<std::string_view>& bytes) const {
  std::vector<Matcher::Needle> distinct;
  std::unordered_set<std::string_view> seen;
  seen.reserve(bytes.size());
  for (std::uint32_t order = 0; order < bytes.size(); ++order) {
    if (bytes[order].size() < needles_[order]->shortest || !seen.insert(bytes[order]).second) {
      continue;
    }
    distinct.push_back({bytes[order], order});
  }
  return distinct;
}

void NeedleSet::BuildMatchers() {
  std::vector<std::string_view> kept;
  kept.reserve(needles_.size());
  for (const auto& needle : needles_) kept.push_back(needle->bytes.Reveal());
  lines_ = std::make_unique<const Matcher>(DistinctNeedles(kept));
  std::vector<std::string_view> all;
  for (const Matcher::Needle& needle : lines_->needles()) all.push_back(needle.bytes);
  if (std::any_of(all.begin(), all.end(), HoldsEscape)) {
    std::vector<std::string_view> stripped;
    for (std::string_view bytes : kept) {
      stripped_.push_back(Secret::TakeFrom(StripEscapes(bytes)));
      stripped.push_back(stripped_.back().Reveal());
    }
    escapes_ = std::make_unique<const Matcher>(DistinctNeedles(stripped));
    for (const Matcher::Needle& needle : escapes_->needles()) all.push_back(needle.bytes);
  }
  filter_ = std::make_unique<const BlockFilter>(all, options_.instructions);
}

std::size_t NeedleSet::memory_bytes() const {
  std::size_t total =
      needles_.capacity() * sizeof(needles_[0]) + lines_->memory_bytes() + filter_->memory_bytes();
  if (escapes_) total += escapes_->memory_bytes();
  for (const auto& needle : needles_) total += sizeof(Needle) + needle->bytes.size();
  for (const Secret& bytes : stripped_) total += sizeof(Secret) + bytes.size();
  return total;
}

}  // namespace runner_shim
