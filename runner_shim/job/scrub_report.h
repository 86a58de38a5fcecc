#pragma once
// The file of --report: how often each secret was masked, and in which form. It holds names and
// numbers, no values:
//   {"format": "runner-shim.report", "version": 1, "complete": true, "runs": 3,
//    "secrets": [{"name": "postgres.releases.password", "connection": "@postgres.releases",
//                 "field": "password", "runs": 3, "forms": {"raw": 2, "base64": 1}}]}
// "connection" and "field" only of a connection's field; other names are var.KEY, env.NAME, mask-N,
// value-N. A run is an unbroken stretch of the output for which one mask was written. Its secret
// and form are those of the occurrence that covers its first byte. Secrets never seen are left out.
// "complete" is false until the end: after a kill -9, say, or when the job could not be started.

#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"
#include "injector/model/value.h"
#include "runner_shim/scrub/scrubber.h"

namespace runner_shim {

class ScrubReport {
 public:
  // Replaces the file at `path` by an empty report, so that none of an earlier run is taken for
  // ours. An error when that cannot be done: kInvalidArgument if it is no regular file. With an
  // empty path there will be no report.
  static injector::Result<ScrubReport> Start(const std::string& path);

  // Replaces it by the final one. `connections` are those that `counts` may name. Returns the exit
  // status: `status`, unless that is 0 and writing failed, which is said.
  int Finish(const std::vector<ScrubCount>& counts,
             const std::vector<injector::ConnectionName>& connections, int status) const;

 private:
  explicit ScrubReport(std::string path) : path_(std::move(path)) {}
  injector::Status Replace(const injector::Value& report) const;
  std::string path_;  // links resolved; empty: none
};

}  // namespace runner_shim
