// The option file of a mysql connection, read by MariaDB's own programs.

#include <gmock/gmock.h>

#include "injector/inject/types/mysql_option_file.h"
#include "tests/integration/job/job_fixture.h"

namespace injector::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class MysqlClientTest : public JobTest {
 protected:
  void SetUp() override {
    if (Program({"sh", "-c", "command -v my_print_defaults"}).exit_status != 0) {
      GTEST_SKIP() << "mariadb-client is not installed";
    }
  }
  static ProgramResult Program(std::vector<std::string> argv) {
    ProgramRun run;
    run.argv = std::move(argv);
    return RunProgram(run);
  }
};

// Alone, at either end, in the middle, and twice: a value must read back whatever stands where.
std::vector<std::string> AwkwardValues() {
  std::vector<std::string> values;
  for (char c = ' '; c <= '~'; ++c) {
    const std::string symbol(1, c);
    for (std::string value : {symbol, symbol + "a", "a" + symbol, "a" + symbol + "a",
                              symbol + symbol, symbol + "\\", "\\" + symbol, "\"" + symbol}) {
      values.push_back(std::move(value));
    }
  }
  for (const char* value : {"a\nb", "a\tb", "a\rb", "a\bb", "ü€", "a\nb # c"}) {
    values.emplace_back(value);
  }
  return values;
}

TEST_F(MysqlClientTest, ReadsEverySymbolAsItIs) {
  std::string file;
  std::string expected;
  std::vector<std::string> argv = {"my_print_defaults",
                                   "--defaults-file=" + (directory_ / "my.cnf")};
  for (const std::string& value : AwkwardValues()) {
    const std::string group = "group" + std::to_string(argv.size());
    file += "[" + group +
            "]\npassword=" + std::string(MysqlOptionValue(value).value_or(Secret()).Reveal()) +
            "\n";
    expected += "--password=" + value + "\n";
    argv.push_back(group);
  }
  directory_.Write("my.cnf", file);
  EXPECT_EQ(Program(argv).out, expected);
}

TEST_F(MysqlClientTest, IsFoundByTheClientsInAJob) {
  Add("db", "mysql",
      R"({"host": "db.example.com", "port": 3307, "login": "app", "schema": "movies",
          "password": "pa$$'w0rd\\/%41 \"x#"})");
  const ProgramResult job = Job({"-c", "db"},
                                "mariadb --print-defaults; mariadb-admin --print-defaults;"
                                "my_print_defaults client mysql >read");
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_THAT(job.out, AllOf(HasSubstr("--host=db.example.com --port=3307 --protocol=tcp "
                                       "--user=app --password="),
                             HasSubstr("--database=movies"), Not(HasSubstr("w0rd"))));
  EXPECT_EQ(directory_.Read("read"),
            "--host=db.example.com\n--port=3307\n--protocol=tcp\n--user=app\n"
            "--password=pa$$'w0rd\\/%41 \"x#\n--database=movies\n");
}

TEST_F(MysqlClientTest, TheUsersOwnFileIsNamedAndTheWayRoundItWorks) {
  Add("db", "mysql", R"({"host": "db.example.com", "login": "app"})");
  directory_.Write(".my.cnf", "[client]\nuser=somebody\n");
  const ProgramResult job = Job(
      {"-c", "db"}, R"(mariadb --defaults-file="$MYSQL_HOME/my.cnf" --print-defaults | tail -n 1)");
  EXPECT_THAT(job.err, HasSubstr("/.my.cnf wins over this connection's option file; pass "
                                 "--defaults-file=\"$MYSQL_HOME/my.cnf\""));
  EXPECT_THAT(job.out, AllOf(HasSubstr("--user=app"), Not(HasSubstr("somebody"))));
}

}  // namespace
}  // namespace injector::testing
