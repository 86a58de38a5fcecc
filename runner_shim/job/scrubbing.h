#pragma once
// The scrubbers of one job: built from its secrets while the command starts, one for each output.
// Values that become known while it runs join them.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "injector/base/result.h"
#include "runner_shim/job/options.h"
#include "runner_shim/job/start_environment.h"
#include "runner_shim/mask/mask_protocol.h"
#include "runner_shim/process/supervisor.h"
#include "runner_shim/scrub/needle_set.h"
#include "runner_shim/scrub/scrub_value.h"
#include "runner_shim/scrub/scrubber.h"

namespace runner_shim {

class Scrubbing {
 public:
  // With --short-secrets error the secrets are looked at now, before anything starts; otherwise the
  // needles are made when the first filter is asked for.
  static injector::Result<Scrubbing> Create(std::vector<ScrubSecret> secrets,
                                            const JobOptions& options,
                                            const StartEnvironment& environment);

  // For Supervise(). Says what is to be said of the secrets. Requires: this object outlives the
  // filters.
  FilterFactory filter_factory();
  // One more filter, as the factory makes them. Same errors as Create().
  injector::Result<std::unique_ptr<StreamFilter>> MakeFilter();

  // Has `values` masked from now on, as mask-1, mask-2 … in the order in which they come; one
  // answer for each. Filters learn it at their next Update().
  std::vector<MaskAnswer> Mask(std::span<const injector::Secret> values);

  // Has `secrets` masked from now on, under their own names. Filters learn it at their next
  // Update(). On an error (as of Create()) nothing has changed.
  injector::Status Add(std::vector<ScrubSecret> secrets);

  // Whether anything was masked in any output so far.
  bool masked_anything() const;
  // The exit status after a success: 0, or, as `on_leak` says, 123 when something was masked.
  int StatusAfterSuccess(JobOptions::OnLeak on_leak) const;
  // Of all outputs together: one for each name and form.
  std::vector<ScrubCount> Counts() const;
  // Of all of these together.
  std::uint64_t masked_runs() const;

 private:
  class Filter;

  Scrubbing(std::vector<ScrubSecret> secrets, ScrubOptions options)
      : secrets_(std::move(secrets)), options_(std::move(options)) {}
  injector::Status BuildNeedles();
  void SayWarnings() const;
  injector::Status Join(std::vector<ScrubSecret> secrets);
  // The answer to a value that does not join: it is known, too short or blank, or one too many.
  std::optional<MaskAnswer> AnswerWithoutMasking(const injector::Secret& value) const;

  std::vector<ScrubSecret> secrets_;  // until the needles are made
  ScrubOptions options_;
  std::shared_ptr<const NeedleSet> needles_;
  std::vector<injector::Secret> masked_values_;  // mask-1 is the first
  std::vector<const Scrubber*> scrubbers_;       // of the filters that there are
  std::vector<ScrubCount> tally_;                // of those that have gone
};

}  // namespace runner_shim
