#include "runner_shim/job/messages.h"

#include <unistd.h>

#include <string>

#include "injector/base/file.h"
#include "injector/base/printable.h"

namespace runner_shim {
namespace {

void WriteLine(std::string_view prefix, std::string_view text) {
  std::string line(prefix);
  line += injector::Printable(text);  // names in it come from files and services
  line += '\n';
  // Nobody is left to be told when stderr is gone.
  (void)injector::WriteAll(STDERR_FILENO, line, "stderr").ok();
}

}  // namespace

void Say(std::string_view message) { WriteLine("runner-shim: ", message); }

void SayHint(std::string_view hint) { WriteLine("hint: ", hint); }

void SayError(const injector::Error& error) {
  Say(error.message());
  if (!error.hint().empty()) SayHint(error.hint());
}

}  // namespace runner_shim
