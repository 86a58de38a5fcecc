#pragma once
// The scrubbers of one job: built from its secrets while the command starts, one for each output.

#include <memory>
#include <vector>

#include "injector/base/result.h"
#include "runner_shim/job/options.h"
#include "runner_shim/job/start_environment.h"
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

  // For Supervise(). Says what is to be said of the secrets. Requires: this object outlives its
  // use.
  FilterFactory filter_factory();

  // Whether anything was masked in any output so far.
  bool masked_anything() const;

 private:
  Scrubbing(std::vector<ScrubSecret> secrets, ScrubOptions options)
      : secrets_(std::move(secrets)), options_(std::move(options)) {}
  injector::Status BuildNeedles();

  std::vector<ScrubSecret> secrets_;  // until the needles are made
  ScrubOptions options_;
  std::shared_ptr<const NeedleSet> needles_;
  std::vector<std::shared_ptr<const Scrubber>>
      scrubbers_;  // they outlive the job, for their counts
};

}  // namespace runner_shim
