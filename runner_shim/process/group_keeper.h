#pragma once
// GroupKeeper: makes Ctrl-Z work for a job that leads its own session.
//
// The kernel throws SIGTSTP, SIGTTIN and SIGTTOU away when the process group they would stop is
// orphaned: when no member has a parent in the same session but another group, because then nobody
// could be relied on to continue it (POSIX, setpgid(2), credentials(7)). A session leader's group
// is always orphaned: its parent is we, in another session. So two tiny processes join the job's
// session: a keeper in a group of its own, and its child in the job's group. That child's parent is
// in the session and in another group; the group is not orphaned; and it is we who continue the
// job.
//
// Both sleep with every signal blocked and no descriptor open, and end with the job.

#include "injector/base/secret.h"

namespace runner_shim {

// Forks the keeper as a sibling of the calling process, for the caller's session and group, and
// wipes the keeper's copy of `secrets`. Without pidfd_open(2) there is none: the job works, but for
// Ctrl-Z. Async-signal-safe. Requires: the caller leads a session and will exec.
void StartGroupKeeper(injector::Secret& secrets);

}  // namespace runner_shim
