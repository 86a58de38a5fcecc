// A service that is lost with its machine, and comes back from a copy of its database and its key.

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "injector/service/audit_verify.h"
#include "tests/integration/service/service_program.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace fs = std::filesystem;

constexpr std::string_view kSecret = "restored-canary-5521";

ProgramResult RunTool(std::vector<std::string> argv) {
  return RunProgram({.argv = std::move(argv),
                     .environment = {"LC_ALL=C"},
                     .stdin_bytes = "",
                     .working_directory = ""});
}

class BackupTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  BackupTest() {
    ServiceClient admin = world_.Client(world_.Token(org_, {.role = Role::kAdmin}));
    const std::string id =
        admin.Post("/api/v1/service-connections", AwsBody("main", kSecret)).At({"id"});
    EXPECT_EQ(
        admin.Post("/api/v1/repos/web/service-connections", R"({"connectionId":")" + id + "\"}")
            .status,
        201);
    EXPECT_EQ(Grant(world_.program().url()).status, 201);
  }
  Reply Grant(const std::string& url) {
    return ServiceClient(url, runner_)
        .Post("/api/v1/repos/web/grants", R"({"connections":["main"]})");
  }
  bool IsSqlite() const { return GetParam() == DatabaseKind::kSqlite; }

  // As deploy/guides/replicas.md has it.
  ProgramResult BackUp() {
    if (IsSqlite()) {
      return RunInjector({"service", "backup", "--db", world_.database().url(), "--out", copy_});
    }
    return RunTool({SharedPostgres().binaries() + "/pg_dump", "--format=custom", "--file=" + copy_,
                    "--dbname=" + world_.database().url()});
  }
  ProgramResult Restore(const std::string& url) {
    if (IsSqlite()) return RunInjector({"service", "restore", "--from", copy_, "--db", url});
    return RunTool({SharedPostgres().binaries() + "/pg_restore", "--no-owner", "--exit-on-error",
                    "--dbname=" + url, copy_});
  }

  const TempDir directory_;
  const std::string copy_ = directory_ / "copy";
  ServiceWorld world_{GetParam()};
  const std::string org_ = world_.MakeOrg();  // org-1
  const std::string runner_ = world_.Token(org_, {.role = Role::kRunner, .repos = {"web"}});
};

INSTANTIATE_TEST_SUITE_P(, BackupTest, kAllDatabases, DatabaseKindName());

TEST_P(BackupTest, ACopyAndTheKeyAreEnoughOnAnEmptyMachine) {
  const ChainHead head = VerifyAudit(world_.desk(), org_).value().head;
  const ProgramResult copied = BackUp();
  ASSERT_EQ(copied.exit_status, 0) << copied.err;
  EXPECT_EQ(Grant(world_.program().url()).status, 201) << "it goes on";

  const TestDatabase place(GetParam());
  const ProgramResult restored = Restore(place.url());
  ASSERT_EQ(restored.exit_status, 0) << restored.err;
  const std::string key_file = directory_.Write("key", std::string(kServiceKey) + "\n");
  const ProgramResult verified =
      RunInjector({"service", "audit", "verify", "--db", place.url(), "--key-file", key_file,
                   "--org", "org-1", "--known", std::to_string(head.sequence) + ":" + head.mac});
  EXPECT_EQ(verified.exit_status, 0) << verified.err;
  const ServiceProgram later(place.url(), std::string(kServiceKey));
  const Reply grant = Grant(later.url());
  EXPECT_EQ(grant.status, 201);
  EXPECT_THAT(grant.body, HasSubstr(std::string(kSecret)));
}

TEST_P(BackupTest, WithoutTheKeyItIsOfNoUse) {
  ASSERT_EQ(BackUp().exit_status, 0);
  const TestDatabase place(GetParam());
  ASSERT_EQ(Restore(place.url()).exit_status, 0);
  const ProgramResult refused =
      RunInjector({"service", "audit", "list", "--db", place.url(), "--org", "org-1"},
                  {"SERVICE_CONN_KEY=" + std::string(64, '7')});
  EXPECT_EQ(refused.exit_status, 1);
  EXPECT_THAT(refused.err, HasSubstr("wrong key: the database needs the one with fingerprint"));
}

class RestoreTest : public ::testing::Test {
 protected:
  RestoreTest() {
    EXPECT_EQ(RunInjector({"service", "init", "--db", url_, "--org", "acme"},
                          {"SERVICE_CONN_KEY=" + std::string(kServiceKey)})
                  .exit_status,
              0);
    EXPECT_EQ(
        RunInjector({"service", "backup", "--db", url_, "--out", directory_ / "copy"}).exit_status,
        0);
  }
  // What it says; it must fail, and leave nothing.
  std::string RefusalOf(const std::string& copy, const std::string& target = "new.db") {
    const bool was_there = fs::exists(directory_ / target);
    const ProgramResult refused = RunInjector({"service", "restore", "--from", directory_ / copy,
                                               "--db", "sqlite:" + (directory_ / target)});
    EXPECT_EQ(refused.exit_status, 1);
    EXPECT_EQ(fs::exists(directory_ / target), was_there);
    return refused.err;
  }
  std::string BytesOfCopy() const { return directory_.Read("copy"); }

  const TempDir directory_;
  const std::string url_ = "sqlite:" + (directory_ / "service.db");
};

TEST_F(RestoreTest, SaysWhichKeyIsNeededAndKeepsTheCopy) {
  const std::string before = BytesOfCopy();
  const ProgramResult restored = RunInjector({"service", "restore", "--from", directory_ / "copy",
                                              "--db", "sqlite:" + (directory_ / "new.db")});
  EXPECT_EQ(restored.exit_status, 0) << restored.err;
  EXPECT_THAT(restored.err, HasSubstr("it needs the key with fingerprint "));
  EXPECT_EQ(BytesOfCopy(), before);
  struct stat info {};
  ASSERT_EQ(::stat((directory_ / "new.db").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(RestoreTest, TouchesNoDatabaseThatIsThere) {
  EXPECT_THAT(RefusalOf("copy", "service.db"), HasSubstr("service.db: is there already"));
  directory_.Write("new.db-wal", "the log of another");
  EXPECT_THAT(RefusalOf("copy"), HasSubstr("new.db-wal: is there already"));
  EXPECT_EQ(directory_.Read("new.db-wal"), "the log of another");
}

TEST_F(RestoreTest, TakesOnlyAWholeCopy) {
  const std::string whole = BytesOfCopy();
  directory_.Write("half", whole.substr(0, whole.size() / 2));
  EXPECT_THAT(RefusalOf("half"), HasSubstr("half: is damaged"));
  std::string altered = whole;
  altered.replace(altered.size() / 2, 4096, std::string(4096, 'x'));
  directory_.Write("altered", altered);
  EXPECT_THAT(RefusalOf("altered"), HasSubstr("altered: is damaged"));
  directory_.Write("text", std::string(10'000, 'x'));
  EXPECT_THAT(RefusalOf("text"), HasSubstr("text: is damaged, or no SQLite database"));
  directory_.Write("empty", "");
  EXPECT_THAT(RefusalOf("empty"), HasSubstr("empty: is no database of the service"));
  EXPECT_THAT(RefusalOf("nothing"), HasSubstr("no such file"));
  directory_.Write("used", whole);
  directory_.Write("used-wal", "x");
  EXPECT_THAT(RefusalOf("used"), HasSubstr("used: is a database in use, or half of one"));
}

TEST_F(RestoreTest, NamesTheToolForPostgres) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"service", "restore", "--from", directory_ / "copy"},
        std::vector<std::string>{"service", "backup", "--out", directory_ / "out"}}) {
    const ProgramResult refused =
        RunInjector(words, {"INJECTOR_SERVICE_DB=postgresql://u:secret-4711@127.0.0.1:1/d"});
    EXPECT_THAT(refused.err, HasSubstr("hint: pg_"));
    EXPECT_THAT(refused.err, ::testing::Not(HasSubstr("4711")));
  }
}

}  // namespace
}  // namespace injector::testing
