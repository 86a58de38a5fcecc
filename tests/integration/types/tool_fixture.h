#pragma once
// Jobs whose tools log in, by what a connection became, at a server that takes one password: every
// printable symbol. And nothing of it is in the job's output, whatever the tool prints.

#include <memory>
#include <string>
#include <vector>

#include "tests/integration/job/job_fixture.h"
#include "tests/support/canary.h"

namespace injector::testing {

// `text` as a string of JSON.
std::string Quoted(std::string_view text);

// The headers that bear a login (RFC 7617) or a token (RFC 6750).
std::string Basic(std::string_view login, std::string_view password);
std::string Bearer(std::string_view token);

class ToolTest : public JobTest {
 protected:
  // Whether `tool` is in PATH or /usr/sbin. EVERY_TOOL in the environment, as tests/run --all sets
  // it: a missing one is a failure.
  static bool Has(const std::string& tool);
  // Whether what takes seconds, or a package of some size, is wanted as well: EVERY_TOOL is set.
  static bool WantsEveryTool();

  // Start a server for the rest of the test; its port.
  std::string ServeLogin(const std::string& header, std::vector<std::string> tls = {});
  std::string ServeAws(const std::string& key_id, const std::string& secret_key);
  // For whoever has a token, which the GitHub App 7 gets for its installation 9; `app_key` is the
  // path of its public key.
  std::string ServeApp(const std::string& app_key, const std::string& token);
  // For whoever knows `path`; what they post is a part of their line in Visitors().
  std::string ServeWebhook(const std::string& path);
  std::string ServeSasl(const std::string& kind, const std::string& password);
  // Who came in with the right login, a line for each: "in GET /path". Ends the server.
  std::string Visitors();

  // The job's output; it must succeed, and show `secret` in no form.
  std::string Output(const std::string& connection, const std::string& secret,
                     const std::string& script);

  static std::string Example(const std::string& name);

 private:
  std::string Serve(const std::string& program, std::vector<std::string> arguments);

  std::unique_ptr<RunningProgram> server_;
};

// The 94 symbols in two halves, for servers whose password hash (bcrypt) takes no more than 72
// bytes.
class HalvesTest : public ToolTest, public ::testing::WithParamInterface<std::string> {};
std::vector<std::string> Halves();

}  // namespace injector::testing

#define NEEDS(tool) \
  if (!Has(tool)) GTEST_SKIP() << (tool) << " is not installed"

#define NEEDS_DEAR(tool)                                                            \
  if (!WantsEveryTool()) GTEST_SKIP() << "only with EVERY_TOOL in the environment"; \
  NEEDS(tool)
