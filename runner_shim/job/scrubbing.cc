#include "runner_shim/job/scrubbing.h"

#include <algorithm>
#include <utility>

#include "runner_shim/job/messages.h"
#include "runner_shim/process/exit_status.h"

namespace runner_shim {
namespace {

using injector::Result;
using injector::Secret;
using injector::Status;

// All values together that a job may have masked while it runs, in bytes: each is looked for in a
// dozen forms and more.
constexpr std::size_t kMostMaskedBytes = std::size_t{4} << 20;

std::string MaskName(std::size_t index) { return "mask-" + std::to_string(index + 1); }

MaskAnswer Refused(std::string reason) {
  return {MaskAnswer::Verdict::kRefused, std::move(reason)};
}

ScrubOptions ScrubOptionsFor(const JobOptions& options, const StartEnvironment& environment) {
  return {.min_length = options.min_length,
          .short_secrets = options.short_secrets,
          .mask = options.mask,
          .user_name = std::string(environment.Reveal("USER")),
          .instructions = BestInstructions()};
}

void AddTo(std::vector<ScrubCount>& counts, std::vector<ScrubCount> more) {
  for (ScrubCount& count : more) {
    const auto known = std::find_if(counts.begin(), counts.end(), [&](const ScrubCount& other) {
      return other.name == count.name && other.form == count.form;
    });
    if (known == counts.end()) {
      counts.push_back(std::move(count));
    } else {
      known->runs += count.runs;
    }
  }
}

}  // namespace

Result<Scrubbing> Scrubbing::Create(std::vector<ScrubSecret> secrets, const JobOptions& options,
                                    const StartEnvironment& environment) {
  Scrubbing scrubbing(std::move(secrets), ScrubOptionsFor(options, environment));
  if (options.short_secrets == ShortSecrets::kError) RETURN_IF_ERROR(scrubbing.BuildNeedles());
  return scrubbing;
}

// A scrubber whose counts are still wanted when the supervisor has let go of it.
class Scrubbing::Filter final : public StreamFilter {
 public:
  explicit Filter(Scrubbing& scrubbing)
      : scrubbing_(scrubbing), scrubber_(scrubbing.needles_), adopted_(scrubbing.needles_) {
    scrubbing_.scrubbers_.push_back(&scrubber_);
  }
  ~Filter() override {
    std::erase(scrubbing_.scrubbers_, &scrubber_);
    AddTo(scrubbing_.tally_, scrubber_.Counts());
  }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  void Feed(std::string_view bytes, std::string& out) override { scrubber_.Feed(bytes, out); }
  void ShowIdle(std::string& out) override { scrubber_.ShowIdle(out); }
  void Finish(std::string& out) override { scrubber_.Finish(out); }
  void Update(std::string& out) override {
    if (adopted_ == scrubbing_.needles_) return;
    adopted_ = scrubbing_.needles_;
    scrubber_.Adopt(adopted_, out);
  }

 private:
  Scrubbing& scrubbing_;
  Scrubber scrubber_;
  std::shared_ptr<const NeedleSet> adopted_;
};

Status Scrubbing::BuildNeedles() {
  ASSIGN_OR_RETURN(needles_, NeedleSet::Build(std::move(secrets_), options_));
  SayWarnings();
  return {};
}

void Scrubbing::SayWarnings() const {
  for (const ScrubWarning& warning : needles_->warnings()) {
    Say("warning: " + DescribeWarning(warning, options_));
  }
}

Status Scrubbing::Add(std::vector<ScrubSecret> secrets) {
  RETURN_IF_ERROR(Join(std::move(secrets)));
  SayWarnings();
  return {};
}

Status Scrubbing::Join(std::vector<ScrubSecret> secrets) {
  if (!needles_) RETURN_IF_ERROR(BuildNeedles());
  ASSIGN_OR_RETURN(needles_, needles_->With(std::move(secrets)));
  return {};
}

FilterFactory Scrubbing::filter_factory() {
  return [this](OutputKind) { return MakeFilter(); };
}

Result<std::unique_ptr<StreamFilter>> Scrubbing::MakeFilter() {
  if (!needles_) RETURN_IF_ERROR(BuildNeedles());
  return std::unique_ptr<StreamFilter>(std::make_unique<Filter>(*this));
}

std::optional<MaskAnswer> Scrubbing::AnswerWithoutMasking(const Secret& value) const {
  for (std::size_t i = 0; i < masked_values_.size(); ++i) {
    if (masked_values_[i] == value) return MaskAnswer{MaskAnswer::Verdict::kMasked, MaskName(i)};
  }
  if (IsBlank(value.Reveal())) return Refused("the value is nothing but white space");
  if (CountedLength(value.Reveal()) < options_.min_length &&
      options_.short_secrets != ShortSecrets::kMask) {
    const bool refuse = options_.short_secrets == ShortSecrets::kError;
    return MaskAnswer{refuse ? MaskAnswer::Verdict::kRefused : MaskAnswer::Verdict::kWarning,
                      "shorter than " + std::to_string(options_.min_length) +
                          " bytes, so it is not scrubbed (--min-length, --short-secrets)"};
  }
  std::size_t masked_bytes = value.size();
  for (const Secret& masked : masked_values_) masked_bytes += masked.size();
  if (masked_bytes <= kMostMaskedBytes) return std::nullopt;
  return Refused("the job has had " + std::to_string(kMostMaskedBytes) + " bytes masked already");
}

std::vector<MaskAnswer> Scrubbing::Mask(std::span<const Secret> values) {
  const std::size_t known = masked_values_.size();
  std::vector<MaskAnswer> answers;
  std::vector<ScrubSecret> joining;
  for (const Secret& value : values) {
    std::optional<MaskAnswer> answer = AnswerWithoutMasking(value);
    if (!answer) {
      const std::string name = MaskName(masked_values_.size());
      answer = MaskAnswer{MaskAnswer::Verdict::kMasked, name};
      joining.push_back({.name = name, .value = value.Clone()});
      masked_values_.push_back(value.Clone());
    }
    answers.push_back(*std::move(answer));
  }
  if (joining.empty()) return answers;
  if (Status joined = Join(std::move(joining)); !joined.ok()) {
    // A part of one of them is too short, say; the others are to be masked all the same.
    masked_values_.resize(known);
    if (values.size() == 1) return {Refused(joined.error().message())};
    for (std::size_t i = 0; i < values.size(); ++i) answers[i] = Mask(values.subspan(i, 1))[0];
    return answers;
  }
  for (const ScrubWarning& warning : needles_->warnings()) {
    for (MaskAnswer& answer : answers) {
      if (answer.verdict != MaskAnswer::Verdict::kMasked || answer.text != warning.name) continue;
      answer = {MaskAnswer::Verdict::kWarning, DescribeWarning(warning, options_)};
    }
  }
  return answers;
}

bool Scrubbing::masked_anything() const {
  return !tally_.empty() ||
         std::any_of(scrubbers_.begin(), scrubbers_.end(),
                     [](const Scrubber* scrubber) { return scrubber->masked_anything(); });
}

int Scrubbing::StatusAfterSuccess(JobOptions::OnLeak on_leak) const {
  if (on_leak == JobOptions::OnLeak::kMask || !masked_anything()) return 0;
  Say("secrets were masked in the output (--on-leak fail)");
  return kExitMasked;
}

std::vector<ScrubCount> Scrubbing::Counts() const {
  std::vector<ScrubCount> counts = tally_;
  for (const Scrubber* scrubber : scrubbers_) AddTo(counts, scrubber->Counts());
  return counts;
}

std::uint64_t Scrubbing::masked_runs() const {
  std::uint64_t runs = 0;
  for (const ScrubCount& count : Counts()) runs += count.runs;
  return runs;
}

}  // namespace runner_shim
