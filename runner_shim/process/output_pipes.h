#pragma once
// OutputPipes: the pipes between the job and us, laid out like the descriptors they stand for.

#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/unique_fd.h"
#include "runner_shim/process/inherited_state.h"
#include "runner_shim/process/spawn.h"

namespace runner_shim {

enum class OutputKind {
  kStandardOutput,
  kStandardError,
  kBoth,  // our descriptors 1 and 2 are one file, so the child has one pipe and the order is exact
};

struct OutputPipe {
  OutputKind kind = OutputKind::kStandardOutput;
  int target = -1;  // our descriptor that the bytes go to in the end
  injector::UniqueFd reader;
  injector::UniqueFd writer;  // the child's
};

// One pipe for each of our descriptors 1 and 2 that is open, or one for both when they are the same
// file by st_dev, st_ino and st_rdev.
injector::Result<std::vector<OutputPipe>> OpenOutputPipes(const InheritedState& inherited);

// "stdout" or "stderr", as messages call the target.
std::string TargetName(const OutputPipe& pipe);

// `options` with the writers where the child expects them.
SpawnOptions WithOutputs(SpawnOptions options, const std::vector<OutputPipe>& pipes);

}  // namespace runner_shim
