#pragma once
// --log-format json: what the shim does, for machines. One JSON object a line on stderr, each
// written at once; never a value, never the command's arguments.
//
//   {"event":"connection.resolved","ref":"@postgres","type":"postgres","alias":"releases",
//    "source":"file:/etc/ci/store.json","version":3,"fields":["host","password"],"ms":4}
//   {"event":"job.started","pid":4711}
//   {"event":"job.ended","exit_status":0,"ms":1532}
//
// "version" is absent where the source counts none; an optional connection that is nowhere has no
// line. "ms" is how long the whole fetch, or the job, took.

#include <sys/types.h>

#include <chrono>
#include <string>

#include "injector/sources/connection_manager.h"
#include "runner_shim/job/options.h"

namespace runner_shim {

class EventLog {
 public:
  // With LogFormat::kText nothing is ever written.
  explicit EventLog(JobOptions::LogFormat format);

  // Requires: `fetched` answers `options`, and the fetch began when this object was made.
  void ConnectionsResolved(const JobOptions& options, const injector::FetchedItems& fetched) const;
  // The line to be written, by whoever writes to stderr while the job runs; empty with kText.
  std::string JobStarted(pid_t pid);
  void JobEnded(int exit_status) const;

 private:
  using Clock = std::chrono::steady_clock;

  bool on_;
  Clock::time_point made_;
  Clock::time_point started_;
};

}  // namespace runner_shim
