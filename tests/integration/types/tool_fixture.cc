#include "tests/integration/types/tool_fixture.h"

#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>

#include "injector/base/base64.h"
#include "injector/model/json.h"
#include "tests/support/paths.h"

namespace injector::testing {

std::vector<std::string> Halves() {
  const std::string all = EverySymbol();
  return {all.substr(0, 47), all.substr(47)};
}

std::string Quoted(std::string_view text) {
  return std::string(WriteJson(Value::String(text)).Reveal());
}

std::string Basic(std::string_view login, std::string_view password) {
  const Secret pair = Secret::Concat({login, ":", password});
  return "Basic " + std::string(Base64Encode(pair.Reveal()).Reveal());
}

std::string Bearer(std::string_view token) { return "Bearer " + std::string(token); }

bool ToolTest::WantsEveryTool() { return std::getenv("EVERY_TOOL") != nullptr; }

bool ToolTest::Has(const std::string& tool) {
  ProgramRun run;
  run.argv = {"sh", "-c", "PATH=$PATH:/usr/sbin; command -v " + tool};
  run.environment = OwnEnvironment();
  const bool has = RunProgram(run).exit_status == 0;
  EXPECT_TRUE(has || !WantsEveryTool()) << tool << " is not installed";
  return has;
}

std::string ToolTest::Example(const std::string& name) {
  return tests::SourceFile("../examples/jobs/" + name);
}

std::string ToolTest::Serve(const std::string& program, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {"python3", tests::SourceFile("integration/types/" + program)});
  ProgramRun run;
  run.argv = std::move(arguments);
  run.environment = OwnEnvironment();
  server_ = std::make_unique<RunningProgram>(run);
  return server_->ReadLine();
}

std::string ToolTest::ServeLogin(const std::string& header, std::vector<std::string> tls) {
  tls.insert(tls.begin(), directory_.Write("checks.json", R"({"header": )" + Quoted(header) + "}"));
  return Serve("http_stand_in.py", std::move(tls));
}

std::string ToolTest::ServeAws(const std::string& key_id, const std::string& secret_key) {
  return Serve(
      "http_stand_in.py",
      {directory_.Write("checks.json", R"({"key_id": )" + Quoted(key_id) + R"(, "secret_key": )" +
                                           Quoted(secret_key) + "}")});
}

std::string ToolTest::ServeApp(const std::string& app_key, const std::string& token) {
  const std::string checks = directory_.Write(
      "checks.json", R"({"header": )" + Quoted(Bearer(token)) + R"(, "app_key": )" +
                         Quoted(app_key) + R"(, "token": )" + Quoted(token) + "}");
  return Serve("http_stand_in.py", {checks});
}

std::string ToolTest::ServeWebhook(const std::string& path) {
  return Serve("http_stand_in.py",
               {directory_.Write("checks.json", R"({"webhook": )" + Quoted(path) + "}")});
}

std::string ToolTest::ServeSasl(const std::string& kind, const std::string& password) {
  return Serve("sasl_stand_in.py",
               {kind, directory_.Write("checks.json", R"({"login": "me", "password": )" +
                                                          Quoted(password) + "}")});
}

std::string ToolTest::Visitors() {
  server_->Signal(SIGKILL);
  return server_->ReadOutput();
}

std::string ToolTest::Output(const std::string& connection, const std::string& secret,
                             const std::string& script) {
  const ProgramResult job = Job({"-c", connection}, script);
  EXPECT_EQ(job.exit_status, 0) << job.out << job.err;
  EXPECT_THAT(ExposedForms(secret, job.out + job.err), ::testing::IsEmpty()) << job.out << job.err;
  return job.out;
}

}  // namespace injector::testing
