#pragma once
// Rotation: a job whose credentials change while it runs. The leases' threads bring the new values
// and work out what they mean for this job; the loop has them masked first, then rewrites the files
// that differ, then does what --on-rotate says. Where nothing differs for the job, nothing happens.
//
// Threads: the main one, but for what leases' threads call by way of LeaseHolder.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "injector/base/result.h"
#include "injector/sources/connection_manager.h"
#include "runner_shim/job/login_desk.h"
#include "runner_shim/job/options.h"
#include "runner_shim/job/prepare.h"
#include "runner_shim/job/private_directory.h"
#include "runner_shim/job/rotation_inbox.h"
#include "runner_shim/job/scrubbing.h"
#include "runner_shim/process/supervisor_options.h"

namespace runner_shim {

class Rotation {
 public:
  // `fetched` answers `options`. All references must outlive this object.
  Rotation(const JobOptions& options, const StartEnvironment& environment,
           const LocalInputs& inputs, injector::FetchedItems fetched);
  // Gives what is lent back.
  ~Rotation();
  Rotation(const Rotation&) = delete;
  Rotation& operator=(const Rotation&) = delete;

  // Requires: KeepLeases() has not been called.
  const injector::FetchedItems& fetched() const { return fetched_; }

  // Has leases renewed and changes brought from now on; to be called once. Makes threads: only
  // after the first fork.
  injector::Status KeepLeases(JobPlace place);

  // What has to be known of a job to change it while it runs.
  struct Target {
    const RunningChild& child;
    Scrubbing& scrubbing;
    PrivateDirectory* files;  // null: none
    LoginDesk& logins;
  };
  // Applies changes while one run of the command lasts; null when nothing is lent.
  std::unique_ptr<Companion> Follow(const Target& target);

  // How often something was masked in the job's output: those who lend may want to know, when it is
  // given back.
  void CountMasked(std::uint64_t runs) { masked_runs_ = runs; }

  // After a run: the command to be started in its place, when it was ended for that.
  std::optional<ChildCommand> TakeRestart() { return std::exchange(restart_, std::nullopt); }

 private:
  class Follower;

  // On a lease's thread.
  bool Take(injector::LeaseChanges changes);
  injector::Status Adopt(injector::LeaseChanges changes);
  injector::Status Adopt(const injector::Connection& connection, const std::string& source);
  void Adopt(const injector::Variable& variable, const std::string& source);

  const JobOptions& options_;
  const StartEnvironment& environment_;
  const LocalInputs& inputs_;
  std::unique_ptr<RotationInbox> inbox_;  // null: nothing is lent
  std::optional<ChildCommand> restart_;
  std::uint64_t masked_runs_ = 0;

  std::mutex mutex_;  // of several leases' threads
  injector::FetchedItems fetched_;
  JobPlace place_;
  std::optional<JobUpdate> current_;  // what the job has; made when it is first compared
};

}  // namespace runner_shim
