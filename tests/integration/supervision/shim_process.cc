#include "tests/integration/supervision/shim_process.h"

#include <sys/resource.h>

#include <chrono>
#include <fstream>
#include <thread>
#include <utility>

#include "tests/support/any_user.h"

namespace runner_shim {
namespace {

using injector::testing::ProgramRun;

void LowerCoreLimit() {
  rlimit core{};
  ::getrlimit(RLIMIT_CORE, &core);
  core.rlim_cur = 0;
  ::setrlimit(RLIMIT_CORE, &core);
}

ProgramRun RunFor(const ShimProcess::Setup& setup) {
  ProgramRun run;
  run.argv = setup.wrapper;
  for (std::string& word : UnderShim(setup.command, setup.options)) {
    run.argv.push_back(std::move(word));
  }
  run.environment = PlainEnvironment();
  run.outputs = setup.outputs;
  run.before_exec = [&setup] {
    LowerCoreLimit();
    if (setup.before_exec) setup.before_exec();
  };
  return run;
}

}  // namespace

std::string TestProgram(const std::string& name) {
  return injector::testing::ForAnyUser(tests::TestProgram(name));
}

std::vector<std::string> PlainEnvironment() {
  std::vector<std::string> entries = injector::testing::OwnEnvironment();
  std::erase_if(entries, [](const std::string& entry) {
    return entry.starts_with("INJECTOR_") || entry.starts_with("PIPELINE_");
  });
  return entries;
}

std::vector<std::string> UnderShim(const std::vector<std::string>& command,
                                   const std::vector<std::string>& options) {
  std::vector<std::string> words = {injector::testing::ForAnyUser(tests::ShimUnderTest())};
  words.insert(words.end(), options.begin(), options.end());
  words.emplace_back("--");
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

ShimProcess::ShimProcess(const Setup& setup) : RunningProgram(RunFor(setup)) {}

ProgramResult RunShim(const ShimProcess::Setup& setup) { return ShimProcess(setup).Finish(); }

char ProcessState(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t after_name = text.rfind(')');
  return after_name == std::string::npos ? '?' : text[after_name + 2];
}

void AwaitState(pid_t pid, const std::string& states) {
  // A stop is no event for anybody but the parent. The test's time-out ends a wait in vain.
  while (states.find(ProcessState(pid)) == std::string::npos) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace runner_shim
