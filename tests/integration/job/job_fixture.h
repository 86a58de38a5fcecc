#pragma once
// The scene of the end-to-end tests: an encrypted store made with the real `injector`, and jobs run
// under the real `runner-shim`.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/paths.h"
#include "tests/support/run_program.h"
#include "tests/support/temp_dir.h"

namespace injector::testing {

class JobTest : public ::testing::Test {
 protected:
  JobTest();

  // Adds a connection to the store; `json` is its fields.
  void Add(const std::string& name, const std::string& type, const std::string& json);

  // `injector ARGUMENTS…`
  ProgramResult Injector(std::vector<std::string> arguments, std::string stdin_bytes = "") const;
  // `runner-shim ARGUMENTS…`; `environment` is added to Environment().
  ProgramResult Shim(std::vector<std::string> arguments, std::vector<std::string> environment = {},
                     std::string stdin_bytes = "") const;
  // `runner-shim ARGUMENTS… -- bash -c SCRIPT`
  ProgramResult Job(std::vector<std::string> arguments, const std::string& script) const;

  // What every program of the test is given: store, key, and a private HOME and runtime directory.
  std::vector<std::string> Environment() const;

  std::string store() const { return directory_ / "connections.enc.json"; }
  std::string key_file() const { return directory_ / "key"; }
  // Where secret files end up.
  std::string runtime_directory() const { return directory_ / "run"; }
  std::string shim_path() const { return tests::ShimUnderTest(); }

  // The number of secret files and directories that exist below runtime_directory() now.
  std::size_t PrivateDirectories() const;

  const TempDir directory_;
};

}  // namespace injector::testing
