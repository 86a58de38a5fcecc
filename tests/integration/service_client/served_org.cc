#include "tests/integration/service_client/served_org.h"

#include <utility>

#include "injector/model/json.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

Value Parsed(const std::string& text) {
  Result<Value> json = ParseJson(text);
  EXPECT_TRUE(json.ok()) << text;
  return json.ok() ? *std::move(json) : Value();
}

}  // namespace

std::unique_ptr<TempDir> ServedOrgTest::files_;
std::unique_ptr<ServiceProgram> ServedOrgTest::service_;

std::string ServedOrgTest::database_url() { return "sqlite:" + (*files_ / "service.db"); }

void ServedOrgTest::SetUpTestSuite() {
  files_ = std::make_unique<TempDir>();
  service_ = std::make_unique<ServiceProgram>(database_url(), std::string(kServiceKey));
}

void ServedOrgTest::TearDownTestSuite() {
  service_.reset();
  files_.reset();
}

ServedOrgTest::ServedOrgTest()
    : org_(::testing::UnitTest::GetInstance()->current_test_info()->name()) {
  const ProgramResult made =
      RunProgram({.argv = {tests::Program("injector"), "service", "init", "--org", org_},
                  .environment = {"SERVICE_CONN_KEY=" + std::string(kServiceKey),
                                  "INJECTOR_SERVICE_DB=" + database_url()},
                  .stdin_bytes = "",
                  .working_directory = directory_.path()});
  EXPECT_EQ(made.exit_status, 0) << made.err;
  const Value json = Parsed(made.out);
  const Value* token = json.Find("token");
  EXPECT_NE(token, nullptr);
  if (token != nullptr) admin_ = directory_.Write("admin.token", token->string().Reveal());
}

ProgramResult ServedOrgTest::RunAs(const std::string& token_file, std::vector<std::string> words,
                                   std::string stdin_text) const {
  words.insert(words.begin(), tests::Program("injector"));
  return RunProgram(
      {.argv = std::move(words),
       .environment = {"HOME=" + directory_.path(), "LC_ALL=C.UTF-8", "INJECTOR_SERVICE=" + url(),
                       "INJECTOR_TOKEN_FILE=" + token_file},
       .stdin_bytes = std::move(stdin_text),
       .working_directory = directory_.path()});
}

std::string ServedOrgTest::Do(std::vector<std::string> words, std::string stdin_text) const {
  const ProgramResult result = Run(words, std::move(stdin_text));
  EXPECT_EQ(result.exit_status, 0) << ::testing::PrintToString(words) << result.err;
  return result.out;
}

std::string ServedOrgTest::Told(std::vector<std::string> words, std::string stdin_text) const {
  const ProgramResult result = Run(words, std::move(stdin_text));
  EXPECT_EQ(result.exit_status, 0) << ::testing::PrintToString(words) << result.err;
  return result.err;
}

Value ServedOrgTest::DoJson(std::vector<std::string> words) const {
  words.insert(words.end(), {"--output", "json"});
  return Parsed(Do(std::move(words)));
}

std::string ServedOrgTest::FailAs(const std::string& token_file, int exit_status,
                                  std::vector<std::string> words, std::string stdin_text) const {
  const ProgramResult result = RunAs(token_file, words, std::move(stdin_text));
  EXPECT_EQ(result.exit_status, exit_status) << ::testing::PrintToString(words) << result.err;
  return result.err;
}

std::string ServedOrgTest::TokenFile(const std::string& name,
                                     std::vector<std::string> words) const {
  words.insert(words.begin(), {"tokens", "create"});
  return directory_.Write(name, Do(std::move(words)));
}

ProgramResult ServedOrgTest::RunJob(const std::string& token_file, std::vector<std::string> options,
                                    const std::string& script) const {
  std::vector<std::string> argv = {tests::ShimUnderTest(), "--source", url(), "--repo", "acme/web",
                                   "--token-file",         token_file};
  argv.insert(argv.end(), options.begin(), options.end());
  argv.insert(argv.end(), {"--", "sh", "-c", script});
  return RunProgram({.argv = std::move(argv),
                     .environment = {"XDG_RUNTIME_DIR=" + directory_.path()},
                     .stdin_bytes = "",
                     .working_directory = directory_.path()});
}

}  // namespace injector::testing
