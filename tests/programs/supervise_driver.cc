// Stands in for runner-shim where only process/ is under test: the same options, no connections,
// and filters that change nothing.

#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "runner_shim/process/supervisor.h"

extern char** environ;

namespace {

using injector::Result;
using injector::Secret;
using runner_shim::ChildCommand;
using runner_shim::ChildOutcome;
using runner_shim::InheritedState;
using runner_shim::StreamFilter;
using runner_shim::SupervisorOptions;

class PassThrough final : public StreamFilter {
 public:
  void Feed(std::string_view bytes, std::string& out) override { out += bytes; }
  void Finish(std::string&) override {}
};

// Holds the last byte back, as if it could begin something.
class HoldBack final : public StreamFilter {
 public:
  void Feed(std::string_view bytes, std::string& out) override {
    held_ += bytes;
    out += held_.substr(0, held_.size() - 1);
    held_.erase(0, held_.size() - 1);
  }
  void ShowIdle(std::string& out) override { Finish(out); }
  void Finish(std::string& out) override { out += std::exchange(held_, {}); }

 private:
  std::string held_;
};

struct Arguments {
  SupervisorOptions options;
  ChildCommand command;
  bool exec_in_place = false;
  bool hold_back = false;
};

// "250ms" or "2s".
std::chrono::nanoseconds ParseDuration(const std::string& text) {
  const long count = std::strtol(text.c_str(), nullptr, 10);
  if (text.ends_with("ms")) return std::chrono::milliseconds(count);
  return std::chrono::seconds(count);
}

runner_shim::SignalScope ParseScope(const std::string& text) {
  return text == "group" ? runner_shim::SignalScope::kGroup : runner_shim::SignalScope::kChild;
}

runner_shim::ChildUser ParseUser(const std::string& text) {
  runner_shim::ChildUser user;
  user.uid = static_cast<uid_t>(std::strtoul(text.c_str(), nullptr, 10));
  const std::size_t colon = text.find(':');
  user.gid = colon == std::string::npos
                 ? user.uid
                 : static_cast<gid_t>(std::strtoul(text.c_str() + colon + 1, nullptr, 10));
  return user;
}

runner_shim::TerminalUse ParseTerminalUse(const std::string& text) {
  using enum runner_shim::TerminalUse;
  return text == "always" ? kAlways : (text == "never" ? kNever : kAutomatic);
}

[[noreturn]] void Fail(const std::string& message) {
  std::fprintf(stderr, "runner-shim: %s\n", message.c_str());
  std::exit(125);
}

// Options that take no value.
bool ParseFlag(const std::string& option, Arguments& arguments) {
  if (option == "--no-parent-death") {
    arguments.options.parent_death = runner_shim::ParentDeath::kIgnored;
    return true;
  }
  if (option == "--exec") return arguments.exec_in_place = true;
  if (option == "--hold-back") return arguments.hold_back = true;
  return false;
}

void ParseOption(const std::string& option, const std::string& value, Arguments& arguments) {
  SupervisorOptions& options = arguments.options;
  if (option == "--signal-scope") {
    options.signal_scope = ParseScope(value);
  } else if (option == "--tty") {
    options.terminal = ParseTerminalUse(value);
  } else if (option == "--kill-after") {
    options.kill_after = ParseDuration(value);
  } else if (option == "--drain-timeout") {
    options.drain.silence = ParseDuration(value);
  } else if (option == "--drain-limit") {
    options.drain.limit = ParseDuration(value);
  } else if (option == "--straggler-grace") {
    options.straggler_grace = ParseDuration(value);
  } else if (option == "--cwd") {
    arguments.command.working_directory = value;
  } else if (option == "--user") {
    arguments.command.user = ParseUser(value);
  } else {
    Fail("unknown option " + option);
  }
}

Arguments Parse(int argc, char** argv) {
  Arguments arguments;
  int next = 1;
  for (; next < argc && std::strcmp(argv[next], "--") != 0; ++next) {
    if (ParseFlag(argv[next], arguments)) continue;
    if (next + 1 >= argc) Fail("missing value");
    ParseOption(argv[next], argv[next + 1], arguments);
    ++next;
  }
  for (++next; next < argc; ++next) arguments.command.argv.emplace_back(argv[next]);
  for (char** entry = environ; *entry != nullptr; ++entry) {
    arguments.command.environment.push_back(Secret::CopyOf(*entry));
  }
  return arguments;
}

}  // namespace

int main(int argc, char** argv) {
  ::prctl(PR_SET_DUMPABLE, 0);
  const Result<InheritedState> inherited = InheritedState::TakeOver();
  if (!inherited.ok()) Fail(inherited.error().message());
  Arguments arguments = Parse(argc, argv);
  if (arguments.exec_in_place) {
    const auto failure = runner_shim::ExecInPlace(std::move(arguments.command), *inherited);
    std::fprintf(stderr, "runner-shim: %s\n", failure.error.message().c_str());
    return failure.exit_status;
  }
  const auto make_filter = [&](runner_shim::OutputKind) -> Result<std::unique_ptr<StreamFilter>> {
    if (arguments.hold_back) return std::unique_ptr<StreamFilter>(std::make_unique<HoldBack>());
    return std::unique_ptr<StreamFilter>(std::make_unique<PassThrough>());
  };
  const Result<ChildOutcome> outcome = runner_shim::Supervise(
      std::move(arguments.command), arguments.options, *inherited, make_filter);
  if (!outcome.ok()) Fail(outcome.error().message());
  if (outcome->start_error) {
    std::fprintf(stderr, "runner-shim: %s\n", outcome->start_error->message().c_str());
  }
  if (outcome->output_error) Fail(outcome->output_error->message());
  return outcome->exit_status;
}
