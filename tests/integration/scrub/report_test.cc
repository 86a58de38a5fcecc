// --report and --on-leak of jobs and of the filter.

#include <signal.h>

#include <string>

#include "tests/integration/job/job_fixture.h"

namespace injector::testing {
namespace {

class ReportTest : public JobTest {
 protected:
  ReportTest() { Add("db", "postgres", R"({"password": "hunter2-hunter2"})"); }
  std::string report() const { return directory_ / "report.json"; }
  bool Holds(const std::string& text) const {
    return directory_.Read("report.json").find(text) != std::string::npos;
  }
};

TEST_F(ReportTest, CountsRunsByFieldAndFormAndHoldsNoValue) {
  const ProgramResult job = Job({"-c", "db", "--report", report()}, R"(
    echo "$PGPASSWORD $PGPASSWORD"; printf "$PGPASSWORD" | base64 >&2; printf aGlkZGVuLXRvby0x | base64 -d | \
    )" + shim_path() + R"( mask; echo hidden-too-1)");
  EXPECT_EQ(job.out, "*** ***\n***\n");
  const std::string text = directory_.Read("report.json");
  EXPECT_EQ(text, R"({
  "format": "runner-shim.report",
  "version": 1,
  "complete": true,
  "runs": 4,
  "secrets": [
    {
      "name": "postgres.db.password",
      "connection": "@postgres.db",
      "field": "password",
      "runs": 3,
      "forms": {
        "raw": 2,
        "base64": 1
      }
    },
    {
      "name": "mask-1",
      "runs": 1,
      "forms": {
        "raw": 1
      }
    }
  ]
}
)");
}

TEST_F(ReportTest, IsWrittenWhateverTheEnd) {
  const std::string script = "echo \"$PGPASSWORD\"; ";
  for (const char* end : {"exit 0", "exit 3", "kill -9 $$", "kill -TERM $PPID; sleep 600"}) {
    directory_.Write("report.json", "");
    Job({"-c", "db", "--report", report()}, script + end);
    EXPECT_TRUE(Holds("\"complete\": true")) << end;
    EXPECT_TRUE(Holds("\"runs\": 1")) << end;
  }
  directory_.Write("report.json", "");
  EXPECT_EQ(Shim({"-c", "db", "--report", report(), "--", "/nowhere"}).exit_status, 127);
  EXPECT_TRUE(Holds("\"complete\": true"));
}

TEST_F(ReportTest, AnEarlierOneDoesNotSurviveAFailureToFetch) {
  directory_.Write("report.json", "earlier");
  EXPECT_EQ(Shim({"-c", "none", "--report", report(), "--", "true"}).exit_status, 125);
  EXPECT_TRUE(Holds("\"complete\": false"));
}

TEST_F(ReportTest, AnUnwritablePathIsAnErrorBeforeTheStart) {
  const ProgramResult job =
      Shim({"--report", directory_ / "none/report.json", "--", "echo", "started"});
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_EQ(job.out, "");
  EXPECT_NE(job.err.find("none"), std::string::npos) << job.err;
}

TEST_F(ReportTest, OfTheFilterIsWrittenWhenItsReaderLeaves) {
  const ProgramResult run =
      RunProgram({.argv = {"bash", "-c",
                           "yes hunter2-hunter2 | \"$0\" scrub -c db --report \"$1\" | head -n 1",
                           shim_path(), report()},
                  .environment = Environment(),
                  .stdin_bytes = "",
                  .working_directory = ""});
  EXPECT_EQ(run.out, "***\n");
  EXPECT_TRUE(Holds("\"complete\": true"));
  EXPECT_TRUE(Holds("postgres.db.password"));
}

TEST_F(ReportTest, OfTheFilterIsWrittenWhenASignalEndsIt) {
  RunningProgram filter({.argv = {"bash", "-c",
                                  "mkfifo in; exec 0<>in; echo hunter2-hunter2 >in; "
                                  "exec \"$0\" scrub -c db --report \"$1\"",
                                  shim_path(), report()},
                         .environment = Environment(),
                         .stdin_bytes = "",
                         .working_directory = directory_.path()});
  ASSERT_TRUE(filter.WaitForOutput("***\n"));
  filter.Signal(SIGTERM);
  EXPECT_EQ(filter.Wait(), -SIGTERM);
  EXPECT_TRUE(Holds("\"complete\": true"));
  EXPECT_TRUE(Holds("\"runs\": 1"));
}

struct LeakRow {
  const char* on_leak;
  const char* script;
  int status;
};

TEST_F(ReportTest, OnLeakFailTurnsOnlySuccessIntoFailure) {
  const LeakRow rows[] = {
      {"fail", "echo \"$PGPASSWORD\"", 123},       {"fail", "echo \"$PGPASSWORD\" >&2", 123},
      {"fail", "echo \"$PGPASSWORD\"; exit 7", 7}, {"fail", "echo nothing", 0},
      {"mask", "echo \"$PGPASSWORD\"", 0},
  };
  for (const LeakRow& row : rows) {
    EXPECT_EQ(Job({"-c", "db", "--on-leak", row.on_leak}, row.script).exit_status, row.status)
        << row.on_leak << ": " << row.script;
  }
}

TEST_F(ReportTest, OnLeakFailOfTheFilter) {
  EXPECT_EQ(Shim({"scrub", "-c", "db", "--on-leak", "fail"}, {}, "hunter2-hunter2").exit_status,
            123);
  EXPECT_EQ(Shim({"scrub", "-c", "db", "--on-leak", "fail"}, {}, "nothing").exit_status, 0);
}

TEST_F(ReportTest, VariablesStandForTheOptions) {
  const ProgramResult job = Shim({"--", "sh", "-c", "echo $PGPASSWORD"},
                                 {"INJECTOR_CONNECTIONS=db", "INJECTOR_REPORT=" + report(),
                                  "INJECTOR_ON_LEAK=fail", "INJECTOR_MASK=[{name}]"});
  EXPECT_EQ(job.exit_status, 123);
  EXPECT_EQ(job.out, "[postgres.db.password]\n");
  EXPECT_TRUE(Holds("\"runs\": 1"));
}

}  // namespace
}  // namespace injector::testing
