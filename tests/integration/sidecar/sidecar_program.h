#pragma once
// The real sidecar at the real service, and jobs that ask it.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/integration/service/service_program.h"
#include "tests/support/run_program.h"
#include "tests/support/temp_dir.h"

namespace injector::testing {

class SidecarProgram {
 public:
  // `options`: behind `injector sidecar --listen unix:SOCKET --repo web`; `run` may change how it
  // is started.
  SidecarProgram(
      const std::string& socket, std::vector<std::string> options,
      const std::function<void(ProgramRun&)>& change = [](ProgramRun&) {});

  // The other places where it listens, in the order of their options: "http://127.0.0.1:1234".
  const std::vector<std::string>& urls() const { return urls_; }
  const std::string& first_line() const { return first_line_; }
  RunningProgram& process() { return *process_; }
  std::string Log() const { return directory_.Read("log"); }
  // Kills it as if the power had gone.
  void Kill();

 private:
  TempDir directory_;
  std::unique_ptr<RunningProgram> process_;
  std::string first_line_;
  std::vector<std::string> urls_;
};

// One that asks a sidecar: over its socket, or wherever `url` says.
class JobClient {
 public:
  explicit JobClient(const std::string& socket)
      : client_({.unix_socket = socket, .ca_file = {}, .certificate_file = {}, .key_file = {}}) {}

  Reply Send(const std::string& method, const std::string& url, std::string_view body = "",
             const Headers& headers = {});
  Reply Post(const std::string& path, std::string_view body, const Headers& headers = {}) {
    return Send("POST", "http://sidecar" + path, body, headers);
  }
  Reply Get(const std::string& path, const Headers& headers = {}) {
    return Send("GET", "http://sidecar" + path, "", headers);
  }
  Reply Delete(const std::string& path, const Headers& headers = {}) {
    return Send("DELETE", "http://sidecar" + path, "", headers);
  }

 private:
  http::Client client_;
};

// A grant as its holder keeps it.
struct HeldGrant {
  explicit HeldGrant(const Reply& reply)
      : id(reply.At({"id"})), proof{{"Grant-Secret", reply.At({"secret"})}} {}

  std::string Path(const std::string& action = "") const { return "/v1/grants/" + id + action; }

  std::string id;
  Headers proof;
};

inline constexpr std::string_view kFirstSecret = "Zx9-canary-first-0815";
inline constexpr std::string_view kSecondSecret = "Qy7-canary-second-4711";
inline constexpr std::string_view kMainGrant = R"({"connections":["@aws.main"],"job":"job-1"})";

// An org with the connections @aws.main, @aws.other and a variable, all attached to the repo `web`,
// and the token of a runner.
class SidecarTest : public ::testing::Test {
 protected:
  // At a service that all these tests share.
  SidecarTest();
  explicit SidecarTest(std::unique_ptr<ServiceWorld> own);

  // A sidecar at the service; options as of `injector sidecar`.
  SidecarProgram Start(std::vector<std::string> options = {});
  JobClient Job() const { return JobClient(socket_); }
  // Changes the secret of @aws.main, which has `version`.
  void Rotate(std::string_view secret, int version);
  // Takes the runner's token back.
  void RevokeRunners();
  // How often the service's record has `action`.
  std::size_t Recorded(std::string_view action);
  // Waits until it has it so often.
  void AwaitRecorded(std::string_view action, std::size_t times);

  const TempDir directory_;
  const std::string socket_ = directory_ / "run/s.sock";
  const std::unique_ptr<ServiceWorld> own_world_;
  ServiceWorld& world_;
  const std::string org_ = world_.MakeOrg();
  ServiceClient admin_ = world_.Client(world_.Token(org_, {.role = Role::kAdmin}));
  std::string main_id_;
  std::string runner_token_;
  std::string token_file_;

 private:
  static ServiceWorld& SharedWorld();
};

// With a service of its own, to be stopped and killed.
class OutageTest : public SidecarTest {
 protected:
  OutageTest() : SidecarTest(std::make_unique<ServiceWorld>(DatabaseKind::kSqlite)) {}

  // From its return on the service does nothing more, until SIGCONT.
  void SuspendService();
};

}  // namespace injector::testing
