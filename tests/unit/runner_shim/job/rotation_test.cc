// What a job that runs is given of changes that its source has brought: over a real lease's
// interface, with real files, a real command and its loop.

#include "runner_shim/job/rotation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <future>

#include "injector/model/json.h"
#include "runner_shim/job/job_file_options.h"
#include "tests/support/temp_dir.h"

namespace runner_shim {
namespace {

using injector::Connection;
using injector::LeaseChanges;
using injector::LeaseHolder;
using injector::Secret;
using injector::Value;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kSource[] = "https://ci.example.com";

class FakeLease final : public injector::Lease {
 public:
  explicit FakeLease(LeaseHolder& holder) : holder_(holder) {}
  injector::Status Keep(LeaseHolder holder) override {
    holder_ = std::move(holder);
    return {};
  }

 private:
  LeaseHolder& holder_;
};

Connection Make(const std::string& type, const std::string& alias, const std::string& fields,
                std::uint64_t version = 1) {
  Connection connection;
  connection.name = {type, alias};
  connection.version = version;
  injector::Result<Value> parsed = injector::ParseJson(fields);
  for (Value::Member& member : parsed->members()) {
    connection.fields.push_back({member.name, std::move(member.value)});
  }
  return connection;
}

LeaseChanges Changes(Connection one) {
  LeaseChanges changes;
  changes.source = kSource;
  changes.connections.push_back(std::move(one));
  return changes;
}

class RotationTest : public ::testing::Test {
 protected:
  RotationTest() {
    options_.command = {"true"};
    options_.files_dir = directory_.path();
    options_.on_rotate = JobOptions::OnRotate::kRestart;
    inputs_.helper_program = directory_.Write("program", "");
  }
  ~RotationTest() override {
    companion_.reset();
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
  }

  void Add(Connection connection, std::shared_ptr<const JobFileEntry> details = nullptr) {
    options_.connections.push_back({connection.name.Full(), "", std::move(details)});
    fetched_.connections.push_back(
        injector::Fetched<Connection>{.item = std::move(connection), .source = kSource});
  }

  void Start() {
    fetched_.leases.push_back(std::make_unique<FakeLease>(lease_));
    rotation_.emplace(options_, environment_, inputs_, std::move(fetched_));
    job_.emplace(
        *PrepareJob(options_, environment_, inputs_, rotation_->fetched(), Preparation::kReal));
    ASSERT_TRUE(rotation_
                    ->KeepLeases({.directory = job_->files->path(),
                                  .mask_socket = job_->masks ? job_->masks->path : ""})
                    .ok());
    scrubbing_.emplace(*Scrubbing::Create(std::move(job_->secrets), options_, environment_));
    child_ = ::fork();
    if (child_ == 0) {
      ::setpgid(0, 0);
      while (true) ::pause();
    }
    ::setpgid(child_, child_);
    signals_.emplace(child_, -1, ChildPlacement::kOwnGroup, SignalScope::kAutomatic);
    companion_ = rotation_->Follow({.child = {loop_, *signals_, child_, [] {}},
                                    .scrubbing = *scrubbing_,
                                    .files = &*job_->files,
                                    .logins = logins_});
  }

  // Brings it as a lease's thread does, while the loop runs. Returns whether it counts as masked.
  bool Bring(LeaseChanges changes) {
    auto taken = std::async(std::launch::async, [&] { return lease_.take(std::move(changes)); });
    Timer tick(loop_, [] {});
    while (taken.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      tick.Start(std::chrono::milliseconds(1));  // it may find nothing to do
      EXPECT_TRUE(loop_.RunOnce().ok());
    }
    return taken.get();
  }

  std::vector<std::string> RestartEnvironment() {
    std::vector<std::string> lines;
    const auto command = rotation_->TakeRestart();
    if (!command) return lines;
    for (const Secret& entry : command->environment) lines.emplace_back(entry.Reveal());
    return lines;
  }
  std::string PathOf(const std::string& name) const { return job_->files->path() + "/" + name; }
  bool Exists(const std::string& name) const {
    struct stat info {};
    return ::lstat(PathOf(name).c_str(), &info) == 0;
  }
  std::string Read(const std::string& name) const {
    return directory_.Read(PathOf(name).substr(directory_.path().size() + 1));
  }

  const injector::testing::TempDir directory_;
  JobOptions options_;
  char* nothing_ = nullptr;
  const StartEnvironment environment_ = StartEnvironment::Take(&nothing_);
  LocalInputs inputs_;
  injector::FetchedItems fetched_;
  LeaseHolder lease_;
  EventLoop loop_;
  std::optional<Rotation> rotation_;
  std::optional<PreparedJob> job_;
  std::optional<Scrubbing> scrubbing_;
  LoginDesk logins_{{}};
  std::optional<SignalForwarder> signals_;
  pid_t child_ = -1;
  std::unique_ptr<Companion> companion_;
};

constexpr char kFirst[] = R"({"host": "a.example.com", "password": "first-canary-1"})";
constexpr char kSecond[] = R"({"host": "a.example.com", "password": "second-canary-2"})";

// Its override was allowed at the start, and is not any more.
TEST_F(RotationTest, AConnectionThatCannotBeTakenLeavesTheJobWhatItHas) {
  auto entry = std::make_shared<JobFileEntry>();
  entry->connection.override_fields.push_back({"host", Value::String("127.0.0.1")});
  Add(WithJobFileFields(Make("generic", "a", kFirst), *entry)->connection.Clone(), entry);
  Add(Make("generic", "b", R"({"token": "first-token-1"})"));
  Start();
  LeaseChanges both = Changes(Make("generic", "a", kSecond, 2));
  both.connections[0].secret_fields = {"host", "password"};
  both.connections.push_back(Make("generic", "b", R"({"token": "second-token-2"})", 2));
  EXPECT_TRUE(Bring(std::move(both)));
  const std::vector<std::string> environment = RestartEnvironment();
  EXPECT_THAT(environment, Contains("HOST=127.0.0.1"));
  EXPECT_THAT(environment, Contains("PASSWORD=first-canary-1"));
  EXPECT_THAT(environment, Contains("TOKEN=second-token-2"));
  std::string out;
  (*scrubbing_->MakeFilter())->Feed("second-canary-2\n", out);
  EXPECT_EQ(out, "***\n") << "it may reach the job by other ways";
}

TEST_F(RotationTest, AFileThatCannotBeReplacedIsTriedAgainWithTheNextChange) {
  Add(Make("http", "a",
           R"({"host": "a.example.com", "login": "me", "password": "first-canary-1"})"));
  Add(Make("generic", "b", R"({"token": "first-token-1"})"));
  Start();
  ASSERT_THAT(Read("netrc"), HasSubstr("first-canary-1"));
  const std::string obstacle = PathOf(".netrc.new");
  ASSERT_EQ(::mkdir(obstacle.c_str(), 0700), 0);
  EXPECT_TRUE(Bring(Changes(
      Make("http", "a",
           R"({"host": "a.example.com", "login": "me", "password": "second-canary-2"})", 2))));
  ASSERT_THAT(Read("netrc"), HasSubstr("first-canary-1"));
  ASSERT_EQ(::rmdir(obstacle.c_str()), 0);
  EXPECT_TRUE(Bring(Changes(Make("generic", "b", R"({"token": "second-token-2"})", 2))));
  EXPECT_THAT(Read("netrc"), HasSubstr("second-canary-2"));
}

TEST_F(RotationTest, WhatTurnsToAHelperLosesItsFileAndGetsItsLink) {
  constexpr char kGit[] = R"({"host": "git.example.com", "token": "first-canary-1")";
  Add(Make("git", "code", std::string(kGit) + "}"));
  Start();
  ASSERT_TRUE(Exists("git/credentials"));
  EXPECT_TRUE(
      Bring(Changes(Make("git", "code", std::string(kGit) + R"(, "delivery": "helper"})", 2))));
  EXPECT_FALSE(Exists("git/credentials"));
  EXPECT_TRUE(Exists("bin/git-credential-runner-shim"));
  EXPECT_TRUE(logins_.Find(ShimRequest::kGitLogin, "https://git.example.com"));
  EXPECT_TRUE(Bring(Changes(Make("git", "code", std::string(kGit) + "}", 3))));
  EXPECT_TRUE(Exists("git/credentials"));
  EXPECT_FALSE(Exists("bin/git-credential-runner-shim"));
}

class RotationAfterSignalTest : public RotationTest, public ::testing::WithParamInterface<int> {};

INSTANTIATE_TEST_SUITE_P(, RotationAfterSignalTest, ::testing::Values(SIGHUP, SIGINT, SIGQUIT));

// They may have asked for something else: a list of threads, say.
TEST_P(RotationAfterSignalTest, ACommandThatGoesOnIsStillStartedAnew) {
  Add(Make("generic", "a", kFirst));
  Start();
  companion_->OnTermination(GetParam());
  EXPECT_TRUE(Bring(Changes(Make("generic", "a", kSecond, 2))));
  EXPECT_THAT(RestartEnvironment(), Contains("PASSWORD=second-canary-2"));
}

TEST_P(RotationAfterSignalTest, OneThatIsBeingRestartedEndsForGood) {
  Add(Make("generic", "a", kFirst));
  Start();
  EXPECT_TRUE(Bring(Changes(Make("generic", "a", kSecond, 2))));
  companion_->OnTermination(GetParam());
  EXPECT_THAT(RestartEnvironment(), IsEmpty());
}

TEST_F(RotationTest, SaysOnceThatACommandThatWasAskedToEndIsNotStartedAnew) {
  Add(Make("generic", "a", kFirst));
  Start();
  companion_->OnTermination(SIGTERM);
  ::testing::internal::CaptureStderr();
  EXPECT_TRUE(Bring(Changes(Make("generic", "a", kSecond, 2))));
  EXPECT_TRUE(Bring(Changes(Make("generic", "a", kFirst, 3))));
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(RestartEnvironment(), IsEmpty());
  EXPECT_THAT(said, HasSubstr("not started anew"));
  EXPECT_EQ(said.find("not started anew"), said.rfind("not started anew"));
}

TEST_F(RotationTest, CountsForTheGoodBye) {
  Add(Make("generic", "a", kFirst));
  Start();
  EXPECT_EQ(lease_.masked_runs(), 0U);
  rotation_->CountMasked(7);
  EXPECT_EQ(lease_.masked_runs(), 7U);
}

}  // namespace
}  // namespace runner_shim
