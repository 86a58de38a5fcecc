#pragma once
// ExecImage: everything that execve(2) needs, laid out before the fork, so that the child between
// fork and exec only makes system calls. The lookup follows execvp(3): each directory of the job's
// own PATH in turn, and a file that the kernel cannot execute (ENOEXEC) is given to /bin/sh.

#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "runner_shim/process/child_command.h"

namespace runner_shim {

struct ExecFailure {
  int errno_value = 0;
  // With ENOENT: the file is there; its interpreter (first line) or loader is not.
  bool interpreter_is_missing = false;
};

class ExecImage {
 public:
  // Copies argv and environment. kInvalidArgument: an empty command, a NUL byte in an argument or
  // entry, or more bytes than the system takes (execve(2), "Limits on size of arguments and
  // environment"); the message names the variable or argument, never its value.
  static injector::Result<ExecImage> Build(const ChildCommand& command);

  // Becomes the command; returns only on failure: EACCES when a candidate was found but may not be
  // run, else what the last candidate met. Async-signal-safe.
  ExecFailure Exec();

  // The bytes of the environment, for a process that forks without becoming the command to wipe.
  injector::Secret& environment() { return environment_; }

 private:
  ExecImage() = default;
  int ExecCandidate(const std::string& path);

  std::vector<std::string> candidates_;  // in the order to be tried
  std::vector<std::string> arguments_;
  injector::Secret environment_;   // the entries, each followed by a NUL
  std::vector<char*> argv_;        // into arguments_, then a null pointer
  std::vector<char*> envp_;        // into environment_, then a null pointer
  std::vector<char*> shell_argv_;  // "sh", a place for the candidate, the arguments after the first
};

}  // namespace runner_shim
