#pragma once
// What to run: plain data, given once and consumed by the start.

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "injector/base/secret.h"

namespace runner_shim {

// Whom the job runs as. All supplementary groups of ours are dropped; only where we may not change
// them (setgroups(2), EPERM) and are that very user and group already, everything stays as it is.
struct ChildUser {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> supplementary_groups;
};

struct ChildCommand {
  // Byte for byte. argv[0] names the program, looked up as execvp(3) does in the PATH of
  // `environment`. Requires: not empty, no NUL bytes.
  std::vector<std::string> argv;
  // The whole environment, each entry "NAME=value", byte for byte and in this order. Wiped once
  // the job has been started.
  std::vector<injector::Secret> environment;
  // Where the job starts; empty: where we are. Entered as the job's user; a relative command is
  // looked up from here.
  std::string working_directory;
  std::optional<ChildUser> user;
  // How the caller named the working directory, for messages: "--cwd"; may be empty.
  std::string working_directory_setting = {};
};

}  // namespace runner_shim
