// injector: keeps the credentials that jobs use. Parses the command line, then does the one thing
// that it asks for.

#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <string>
#include <vector>

#include "injector/cli/command_line.h"
#include "injector/cli/exit_status.h"
#include "injector/cli/session.h"
#include "injector/cli/settings.h"
#include "injector/cli/text.h"

namespace {

int Run(std::vector<std::string> words) {
  injector::Settings settings = injector::TakeSettings();
  const auto emphasis = injector::Emphasis::For(STDERR_FILENO, settings.colours_allowed);
  injector::Result<injector::Invocation> invocation = injector::ParseCommandLine(std::move(words));
  if (!invocation.ok()) {
    injector::ReportError(invocation.error(), emphasis);
    return injector::kExitWrongUsage;
  }
  injector::Session session(std::move(settings), invocation->options);
  const injector::Status done = (*invocation->action)(session);
  if (!done.ok()) injector::ReportError(done.error(), emphasis);
  return done.ok() ? injector::kExitDone : injector::kExitFailed;
}

}  // namespace

int main(int argc, char** argv) {
  // First of all: no other process of this user may read our memory, and no core is dumped.
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  // A file-size limit then makes write(2) fail with EFBIG, which is reported and cleaned up after.
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return Run({argv + std::min(argc, 1), argv + argc});
  } catch (const std::exception&) {
    // The text of the exception is left out: a library may have put a value into it.
    injector::ReportError(
        injector::Error(injector::ErrorCode::kInternal, "unexpected failure (out of memory?)"),
        injector::Emphasis::None());
    return injector::kExitFailed;
  }
}
