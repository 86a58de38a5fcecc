#pragma once
// What has to be done for a job that runs so that it has what it would have if it were started now.

#include <optional>
#include <string>
#include <vector>

#include "runner_shim/job/prepare.h"

namespace runner_shim {

// In this order.
struct JobChange {
  std::vector<ScrubSecret> secrets;  // that are new
  // For tools that ask; nullopt: as they are.
  std::optional<std::vector<injector::HelperLogin>> logins = {};
  std::vector<JobUpdate::File> files = {};  // that are to be as they are not now
  std::vector<injector::InjectedLink> links = {};
  std::vector<std::string> gone = {};        // files and links that are to go, by name
  std::optional<ChildCommand> command = {};  // as it would be started now; nullopt: no other

  bool empty() const {
    return secrets.empty() && !logins && files.empty() && links.empty() && gone.empty() && !command;
  }
};

// What has become of one.
struct JobChangeOutcome {
  bool masked = false;                   // the secrets; else nothing of it was done
  std::vector<std::string> undone = {};  // files and links that are as they were, by name
};

// What makes a job that has `current` have `next`.
JobChange Difference(const JobUpdate& current, const JobUpdate& next);

// What a job that had `current` has after the change to `next` of which `undone` failed.
JobUpdate AfterChange(JobUpdate current, JobUpdate next, const std::vector<std::string>& undone);

}  // namespace runner_shim
