#include "runner_shim/job/scrubbing.h"

#include <algorithm>
#include <utility>

#include "runner_shim/job/messages.h"

namespace runner_shim {
namespace {

using injector::Result;
using injector::Status;

// A scrubber whose counts are still wanted when the supervisor has let go of its filter.
class SharedFilter final : public StreamFilter {
 public:
  explicit SharedFilter(std::shared_ptr<Scrubber> scrubber) : scrubber_(std::move(scrubber)) {}
  void Feed(std::string_view bytes, std::string& out) override { scrubber_->Feed(bytes, out); }
  void ShowIdle(std::string& out) override { scrubber_->ShowIdle(out); }
  void Finish(std::string& out) override { scrubber_->Finish(out); }

 private:
  std::shared_ptr<Scrubber> scrubber_;
};

ScrubOptions ScrubOptionsFor(const JobOptions& options, const StartEnvironment& environment) {
  return {.min_length = options.min_length,
          .short_secrets = options.short_secrets,
          .mask = options.mask,
          .user_name = std::string(environment.Reveal("USER"))};
}

}  // namespace

Result<Scrubbing> Scrubbing::Create(std::vector<ScrubSecret> secrets, const JobOptions& options,
                                    const StartEnvironment& environment) {
  Scrubbing scrubbing(std::move(secrets), ScrubOptionsFor(options, environment));
  if (options.short_secrets == ShortSecrets::kError) RETURN_IF_ERROR(scrubbing.BuildNeedles());
  return scrubbing;
}

Status Scrubbing::BuildNeedles() {
  ASSIGN_OR_RETURN(needles_, NeedleSet::Build(std::move(secrets_), options_));
  for (const ScrubWarning& warning : needles_->warnings()) {
    Say("warning: " + DescribeWarning(warning, options_));
  }
  return {};
}

FilterFactory Scrubbing::filter_factory() {
  return [this](OutputKind) -> Result<std::unique_ptr<StreamFilter>> {
    if (!needles_) RETURN_IF_ERROR(BuildNeedles());
    auto scrubber = std::make_shared<Scrubber>(needles_);
    scrubbers_.push_back(scrubber);
    return std::unique_ptr<StreamFilter>(std::make_unique<SharedFilter>(std::move(scrubber)));
  };
}

bool Scrubbing::masked_anything() const {
  return std::any_of(scrubbers_.begin(), scrubbers_.end(),
                     [](const auto& scrubber) { return scrubber->masked_anything(); });
}

}  // namespace runner_shim
