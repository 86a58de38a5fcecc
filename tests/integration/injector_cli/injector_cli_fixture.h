#pragma once
// A directory of its own, a key, and the program to be tested.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/model/value.h"
#include "tests/support/run_program.h"
#include "tests/support/terminal_session.h"

namespace injector {

using testing::ProgramResult;
using testing::ProgramRun;
using testing::RunProgram;
using testing::TerminalSession;
using Place = TerminalSession::Place;

class InjectorCliTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // The path of `name` in the test's directory.
  std::string Path(std::string_view name) const { return directory_ + "/" + std::string(name); }
  std::string StorePath() const { return Path("store.json"); }
  // Writes a file into the test's directory; its path.
  std::string WriteFile(std::string_view name, std::string_view content) const;
  static std::string FileContent(const std::string& path);

  // The program with `words`, the key in its environment unless key_ is empty, and the store.
  ProgramRun Call(std::vector<std::string> words, std::string stdin_text = "") const;
  ProgramResult Run(std::vector<std::string> words, std::string stdin_text = "") const;
  // Run(), which has to succeed; what it wrote to stdout.
  std::string Do(std::vector<std::string> words, std::string stdin_text = "") const;
  // Do() with --output json.
  Value DoJson(std::vector<std::string> words) const;
  // Run(), which has to fail with `exit_status`; what it wrote to stderr.
  std::string Fail(int exit_status, std::vector<std::string> words,
                   std::string stdin_text = "") const;

  // `run` in the foreground of a terminal, which is its stdout and stderr.
  static TerminalSession::Setup AtTerminal(ProgramRun run, Place input = Place::kTerminal);

  // Text at a path of members: TextAt(json, {"fields", "host"}); "(absent)" when there is none.
  static std::string TextAt(const Value& json, const std::vector<std::string>& path);

  // PIPELINE_ENCRYPTION_KEY of the programs that run; empty: not set.
  std::string key_ = std::string(64, '7');

 private:
  std::string directory_;
};

}  // namespace injector
