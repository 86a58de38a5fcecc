#include "tests/integration/job/job_fixture.h"
#include "tests/support/paths.h"

#include <filesystem>
#include <utility>

namespace injector::testing {

namespace fs = std::filesystem;

JobTest::JobTest() {
  fs::create_directory(runtime_directory());
  fs::permissions(runtime_directory(), fs::perms::owner_all);
  const ProgramResult made = Injector({"key", "new", "--out", key_file()});
  EXPECT_EQ(made.exit_status, 0) << made.err;
}

std::vector<std::string> JobTest::Environment() const {
  return {"INJECTOR_STORE=" + store(), "INJECTOR_KEY_FILE=" + key_file(),
          "HOME=" + directory_.path(), "XDG_RUNTIME_DIR=" + runtime_directory(), "LC_ALL=C.UTF-8"};
}

void JobTest::Add(const std::string& name, const std::string& type, const std::string& json) {
  const ProgramResult added =
      Injector({"connections", "set", name, "--type", type, "--json", "-"}, json);
  ASSERT_EQ(added.exit_status, 0) << added.err;
}

ProgramResult JobTest::Injector(std::vector<std::string> arguments, std::string stdin_bytes) const {
  arguments.insert(arguments.begin(), {tests::Program("injector"), "--key-file", key_file()});
  return RunProgram({.argv = std::move(arguments),
                     .environment = Environment(),
                     .stdin_bytes = std::move(stdin_bytes),
                     .working_directory = directory_.path()});
}

ProgramResult JobTest::Shim(std::vector<std::string> arguments,
                            std::vector<std::string> environment, std::string stdin_bytes) const {
  arguments.insert(arguments.begin(), shim_path());
  for (std::string& entry : Environment()) environment.push_back(std::move(entry));
  return RunProgram({.argv = std::move(arguments),
                     .environment = std::move(environment),
                     .stdin_bytes = std::move(stdin_bytes),
                     .working_directory = directory_.path()});
}

ProgramResult JobTest::Job(std::vector<std::string> arguments, const std::string& script) const {
  for (const char* word : {"--", "bash", "-c"}) arguments.emplace_back(word);
  arguments.push_back(script);
  return Shim(std::move(arguments));
}

std::size_t JobTest::PrivateDirectories() const {
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(runtime_directory())) {
    if (entry.path().filename() == ".lock") ++count;
  }
  return count;
}

}  // namespace injector::testing
