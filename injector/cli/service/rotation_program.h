#pragma once
// The program that makes new secrets, as `service rotate` runs it: through /bin/sh, in a process
// group of its own, with three descriptors and without the variables that this program
// authenticates itself with. Secrets go in and out through pipes alone.

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector {

struct RotationProgram {
  std::string command;  // for sh -c
  // Beside what is inherited; in place of what has the same name.
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::chrono::milliseconds time_limit{60'000};
  std::size_t output_limit = std::size_t{1} << 20;  // bytes of its stdout; as many of its stderr
};

// What came of a program that ran.
struct ProgramOutput {
  Status outcome;       // says how it ended, where that is not exit status 0 in time
  Secret stdout_bytes;  // whole only if the outcome is well
  Secret stderr_bytes;
  bool stderr_is_cut = false;  // there was more than the limit: this is the beginning
};

// How long whatever a program has started may hold its outputs once it has ended.
inline constexpr std::chrono::milliseconds kOutputAfterEnd{1'000};

// Runs it with `input` as its stdin until it has ended, and its outputs are at their end or
// kOutputAfterEnd is over: a process that it left behind is no reason to lose what it has printed.
// Whatever of its process group is left then is killed. An error: it could not be started.
// kDeadlineExceeded as the outcome when time was over; kFailedPrecondition for another exit status,
// a signal, or too much output.
Result<ProgramOutput> RunRotationProgram(const RotationProgram& program, const Secret& input);

}  // namespace injector
