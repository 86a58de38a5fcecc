#pragma once
// Runs store_driver and strace(1) in a directory of its own.

#include <gtest/gtest.h>
#include <stdlib.h>  // mkdtemp
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/paths.h"

namespace injector {

struct CommandResult {
  int exit_code = 0;  // as a shell has it: 128 + signal
  std::string output;
};

// `command` in a shell, which reports signals as exit codes; stdout and stderr together.
inline CommandResult RunCommand(const std::string& command) {
  CommandResult result;
  // The leak checker cannot run under strace.
  FILE* pipe = ::popen(("exec 2>&1; export ASAN_OPTIONS=detect_leaks=0; " + command).c_str(), "re");
  if (pipe == nullptr) return {.exit_code = -1, .output = "popen failed"};
  std::array<char, 4096> chunk{};
  while (const std::size_t got = std::fread(chunk.data(), 1, chunk.size(), pipe)) {
    result.output.append(chunk.data(), got);
  }
  result.exit_code = WEXITSTATUS(::pclose(pipe));
  return result;
}

class StoreDriverTest : public testing::Test {
 protected:
  StoreDriverTest() {
    std::string pattern = testing::TempDir() + "store-driver-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    store_ = directory_ + "/home/connections.enc.json";
  }
  ~StoreDriverTest() override { std::filesystem::remove_all(directory_); }

  // The command line of the driver's `action` on the store.
  std::string Driver(const std::string& action, const std::string& rest = "") const {
    return tests::TestProgram("store_driver ") + action + " " + store_ + " " +
           std::string(64, '1') + " " + rest;
  }
  std::string Show() const { return RunCommand(Driver("show")).output; }

  std::vector<std::string> FileNames() const {
    std::vector<std::string> names;
    const std::filesystem::path home = std::filesystem::path(store_).parent_path();
    if (!std::filesystem::exists(home)) return names;
    for (const auto& entry : std::filesystem::directory_iterator(home)) {
      names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  // Every byte of every file beside the store.
  std::string AllBytes() const {
    std::ostringstream bytes;
    for (const std::string& name : FileNames()) {
      bytes << std::ifstream(directory_ + "/home/" + name, std::ios::binary).rdbuf();
      // An empty file sets failbit.
      bytes.clear();
    }
    return std::move(bytes).str();
  }

  std::string directory_;
  std::string store_;
};

}  // namespace injector
