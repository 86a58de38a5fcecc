// runner-shim: runs a command with its credentials in and its secrets out of the log.
//
//   runner-shim [OPTION…] -- COMMAND [ARGUMENT…]
//
// Under the name of a credential helper (run_helper.h) it is one, for the job that it runs in.
//
// The user contract (options, variables, exit status) is what `runner-shim --help` prints. The
// order of the first lines matters: nobody may read our memory before the first secret is in it,
// and signals must be blocked before anything can take time.

#include <malloc.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "runner_shim/job/messages.h"
#include "runner_shim/job/run_helper.h"
#include "runner_shim/job/run_job.h"
#include "runner_shim/job/start_environment.h"
#include "runner_shim/process/exit_status.h"
#include "runner_shim/process/inherited_state.h"

namespace {

// A start allocates little by little and frees much of it again. Handing every bit back to the
// kernel and asking for it again costs a call and, worse, a page fault for each page.
void KeepFreedMemory() {
  constexpr int kGrowth = 512 << 10;
  ::mallopt(M_TOP_PAD, kGrowth);
  ::mallopt(M_TRIM_THRESHOLD, 4 * kGrowth);
  ::mallopt(M_MMAP_THRESHOLD, kGrowth);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace runner_shim;
  ::prctl(PR_SET_DUMPABLE, 0);
  KeepFreedMemory();
  try {
    if (const std::optional<ShimRequest> helper = HelperCalled(argc > 0 ? argv[0] : "")) {
      return RunHelper(*helper, {argv + 1, argv + argc}, StartEnvironment::Take(environ));
    }
    injector::Result<InheritedState> inherited = InheritedState::TakeOver();
    if (!inherited.ok()) {
      SayError(inherited.error());
      return injector::ExitStatus(inherited.error().code());
    }
    const StartEnvironment environment = StartEnvironment::Take(environ);
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    return RunShim(arguments, environment, *inherited);
  } catch (const std::exception&) {
    // The text of the exception is left out: a library may have put a value into it.
    Say("unexpected failure (out of memory?)");
    return kExitOwnFailure;
  }
}
