#include "tests/integration/injector_cli/injector_cli_fixture.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "injector/model/json.h"
#include "tests/support/paths.h"

namespace injector {

void InjectorCliTest::SetUp() {
  directory_ = ::testing::TempDir() + "/injector_cli_XXXXXX";
  ASSERT_NE(::mkdtemp(directory_.data()), nullptr);
}

void InjectorCliTest::TearDown() { std::filesystem::remove_all(directory_); }

std::string InjectorCliTest::WriteFile(std::string_view name, std::string_view content) const {
  const std::string path = Path(name);
  std::ofstream(path, std::ios::binary) << content;
  std::filesystem::permissions(
      path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return path;
}

std::string InjectorCliTest::FileContent(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

ProgramRun InjectorCliTest::Call(std::vector<std::string> words, std::string stdin_text) const {
  ProgramRun call;
  call.argv = std::move(words);
  call.argv.insert(call.argv.begin(), tests::Program("injector"));
  call.environment = {"INJECTOR_STORE=" + StorePath(), "HOME=" + directory_, "TERM=xterm"};
  if (!key_.empty()) call.environment.push_back("PIPELINE_ENCRYPTION_KEY=" + key_);
  call.stdin_bytes = std::move(stdin_text);
  return call;
}

ProgramResult InjectorCliTest::Run(std::vector<std::string> words, std::string stdin_text) const {
  return RunProgram(Call(std::move(words), std::move(stdin_text)));
}

TerminalSession::Setup InjectorCliTest::AtTerminal(ProgramRun run, Place input) {
  return {.argv = std::move(run.argv),
          .environment = std::move(run.environment),
          .input = input,
          .leader = TerminalSession::Leader::kShell};
}

std::string InjectorCliTest::Do(std::vector<std::string> words, std::string stdin_text) const {
  const ProgramResult result = Run(std::move(words), std::move(stdin_text));
  EXPECT_EQ(result.exit_status, 0) << result.err;
  return result.out;
}

Value InjectorCliTest::DoJson(std::vector<std::string> words) const {
  words.insert(words.end(), {"--output", "json"});
  Result<Value> json = ParseJson(Do(std::move(words)));
  EXPECT_TRUE(json.ok());
  return json.ok() ? *std::move(json) : Value();
}

std::string InjectorCliTest::Fail(int exit_status, std::vector<std::string> words,
                                  std::string stdin_text) const {
  const ProgramResult result = Run(std::move(words), std::move(stdin_text));
  EXPECT_EQ(result.exit_status, exit_status) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(result.err.starts_with("injector: ")) << result.err;
  return result.err;
}

std::string InjectorCliTest::TextAt(const Value& json, const std::vector<std::string>& path) {
  const Value* value = &json;
  for (const std::string& name : path) {
    value = value->Find(name);
    if (value == nullptr) return "(absent)";
  }
  return std::string(value->ToText().Reveal());
}

}  // namespace injector
