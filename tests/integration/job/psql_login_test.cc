// A job that logs in to a real PostgreSQL with psql, holding no credential itself.

#include <memory>

#include "injector/model/json.h"
#include "tests/integration/job/job_fixture.h"
#include "tests/support/canary.h"
#include "tests/support/postgres_server.h"

namespace injector::testing {
namespace {

class PsqlLoginTest : public JobTest {
 protected:
  void SetUp() override {
    server_ = PostgresServer::Start("releaser", password_);
    if (!server_) GTEST_SKIP() << "PostgreSQL is not installed";
    Add("releases", "postgres",
        R"({"host": "127.0.0.1", "port": )" + std::to_string(server_->port()) +
            R"(, "schema": "postgres", "login": "releaser", "password": )" +
            std::string(WriteJson(Value::String(password_)).Reveal()) + "}");
  }
  const std::string password_ = EveryKindOfText();
  std::unique_ptr<PostgresServer> server_;
};

TEST_F(PsqlLoginTest, LogsInByTheVariables) {
  const ProgramResult job = Shim({"-c", "releases", "--", "psql", "-XtAc", "select current_user"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "releaser\n");
}

TEST_F(PsqlLoginTest, LogsInByTheUrl) {
  const ProgramResult job = Job({"-c", "@postgres.releases"},
                                R"(unset ${!PG*}; psql "$DATABASE_URL" -XtAc 'select 6 * 7')");
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "42\n");
}

TEST_F(PsqlLoginTest, FailsWithoutTheConnection) {
  const ProgramResult job =
      Job({}, "PGHOST=127.0.0.1 PGUSER=releaser PGPORT=" + std::to_string(server_->port()) +
                  " psql -wXc 'select 1'");
  EXPECT_EQ(job.exit_status, 2);
}

TEST_F(PsqlLoginTest, EveryClassicMistakeIsMasked) {
  const ProgramResult job = Job({"-c", "releases"}, R"(
    set -x
    echo "$PGPASSWORD"; echo "$DATABASE_URL"; env
    echo "$PGPASSWORD" | base64
    printf '%s:%s' "$PGUSER" "$PGPASSWORD" | base64 --wrap=8
    printf '%s' "$PGPASSWORD" | od -An -v -tx1 | tr -d ' \n'
    psql "$DATABASE_URL" -Xc "select '$PGPASSWORD'" >&2 || true)");
  EXPECT_EQ(ExposedForms(password_, job.out), std::vector<std::string>{});
  EXPECT_EQ(ExposedForms(password_, job.err), std::vector<std::string>{});
  EXPECT_NE(job.out.find("***"), std::string::npos);
}

TEST_F(PsqlLoginTest, TheStoreHoldsThePasswordInNoForm) {
  EXPECT_EQ(ExposedForms(password_, directory_.Read("connections.enc.json")),
            std::vector<std::string>{});
}

}  // namespace
}  // namespace injector::testing
