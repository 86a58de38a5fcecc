#pragma once
// The socket on which a job's shim is told of new values: a Unix socket in the job's private
// directory, so that only the job's user (and root) gets at it; its peers' users are checked all
// the same. It goes with the directory, after a kill -9 too.
//
// Source: unix(7). Paths longer than a socket address takes (107 bytes) are reached by way of
// /proc/self/fd.

#include <sys/types.h>

#include <string>

#include "injector/base/result.h"
#include "injector/base/unique_fd.h"

namespace runner_shim {

// The variable that tells the job where the socket is.
inline constexpr std::string_view kMaskSocketVariable = "INJECTOR_MASK_SOCKET";

struct MaskListener {
  injector::UniqueFd fd;  // listens; non-blocking
  std::string path;
  uid_t user = 0;  // who may connect, beside root
};

// Makes the socket `directory`/mask.sock. Requires: nobody but `user` and root gets through the
// directory; the socket's own mode lets all who do connect. One thread (umask(2)).
injector::Result<MaskListener> ListenForMasks(const std::string& directory, uid_t user);

enum class Blocking { kYes, kNo };

// Connects to the socket at `path`. Blocking::kYes waits while its queue is full; with kNo that is
// errno EAGAIN: try again later.
injector::Result<injector::UniqueFd> ConnectToMasks(const std::string& path, Blocking blocking);

}  // namespace runner_shim
