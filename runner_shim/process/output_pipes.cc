#include "runner_shim/process/output_pipes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

namespace runner_shim {
namespace {

using injector::Error;
using injector::Result;
using injector::UniqueFd;

bool AreSameFile(int a, int b) {
  struct stat first {};
  struct stat second {};
  if (::fstat(a, &first) != 0 || ::fstat(b, &second) != 0) return false;
  return first.st_dev == second.st_dev && first.st_ino == second.st_ino &&
         first.st_rdev == second.st_rdev;
}

Result<OutputPipe> OpenPipe(OutputKind kind, int target) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error::FromErrno(errno, "pipe");
  OutputPipe pipe;
  pipe.kind = kind;
  pipe.target = target;
  pipe.reader = UniqueFd(ends[0]);
  pipe.writer = UniqueFd(ends[1]);
  return pipe;
}

}  // namespace

Result<std::vector<OutputPipe>> OpenOutputPipes(const InheritedState& inherited) {
  const bool out = inherited.WasOpen(STDOUT_FILENO);
  const bool err = inherited.WasOpen(STDERR_FILENO);
  std::vector<OutputPipe> pipes;
  if (out && err && AreSameFile(STDOUT_FILENO, STDERR_FILENO)) {
    ASSIGN_OR_RETURN(pipes.emplace_back(), OpenPipe(OutputKind::kBoth, STDOUT_FILENO));
    return pipes;
  }
  if (out) {
    ASSIGN_OR_RETURN(pipes.emplace_back(), OpenPipe(OutputKind::kStandardOutput, STDOUT_FILENO));
  }
  if (err) {
    ASSIGN_OR_RETURN(pipes.emplace_back(), OpenPipe(OutputKind::kStandardError, STDERR_FILENO));
  }
  return pipes;
}

std::string TargetName(const OutputPipe& pipe) {
  return pipe.target == STDERR_FILENO ? "stderr" : "stdout";
}

SpawnOptions WithOutputs(SpawnOptions options, const std::vector<OutputPipe>& pipes) {
  for (const OutputPipe& pipe : pipes) {
    if (pipe.kind != OutputKind::kStandardError) options.standard_output = pipe.writer.get();
    if (pipe.kind != OutputKind::kStandardOutput) options.standard_error = pipe.writer.get();
  }
  return options;
}

}  // namespace runner_shim
