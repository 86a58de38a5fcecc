// --log-format json: events on stderr, never a value.

#include <sstream>

#include "injector/model/json.h"
#include "tests/integration/job/job_fixture.h"
#include "tests/support/canary.h"

namespace injector::testing {
namespace {

constexpr char kSecret[] = "event-canary-77f1c2";

class EventLogTest : public JobTest {
 protected:
  EventLogTest() {
    Add("db", "postgres", R"({"host": "h", "password": ")" + std::string(kSecret) + R"("})");
    Add("hook", "generic", R"({"url": "u"})");
  }
  static std::vector<Value> Lines(const std::string& text) {
    std::vector<Value> values;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      Result<Value> parsed = ParseJson(line);
      EXPECT_TRUE(parsed.ok()) << line;
      if (parsed.ok()) values.push_back(*std::move(parsed));
    }
    return values;
  }
  static std::string Text(const Value& value, std::string_view member) {
    const Value* found = value.Find(member);
    return found == nullptr ? "(absent)" : std::string(found->ToText().Reveal());
  }
};

TEST_F(EventLogTest, NamesWhatWasResolvedAndNeverAValue) {
  const ProgramResult job = Shim({"--log-format", "json", "-c", "@postgres.db", "-c", "hook", "--",
                                  "bash", "-c", "echo \"$PGPASSWORD $0\"; exit 7", "argument"});
  EXPECT_EQ(job.exit_status, 7);
  const std::vector<Value> events = Lines(job.err);
  ASSERT_EQ(events.size(), 4U) << job.err;
  EXPECT_EQ(Text(events[0], "event"), "connection.resolved");
  EXPECT_EQ(Text(events[0], "ref"), "@postgres.db");
  EXPECT_EQ(Text(events[0], "type"), "postgres");
  EXPECT_EQ(Text(events[0], "alias"), "db");
  EXPECT_EQ(Text(events[0], "source"), "file:" + store());
  EXPECT_EQ(Text(events[0], "version"), "1");
  EXPECT_EQ(Text(events[0], "fields"), R"(["host","password"])");
  EXPECT_NE(Text(events[0], "ms"), "(absent)");
  EXPECT_EQ(Text(events[1], "alias"), "hook");
  EXPECT_EQ(Text(events[2], "event"), "job.started");
  EXPECT_GT(std::stoi(Text(events[2], "pid")), 1);
  EXPECT_EQ(Text(events[3], "event"), "job.ended");
  EXPECT_EQ(Text(events[3], "exit_status"), "7");
  EXPECT_EQ(ExposedForms(kSecret, job.err + job.out), std::vector<std::string>{});
  EXPECT_EQ(job.err.find("argument"), std::string::npos);
}

TEST_F(EventLogTest, TellsOfNoStartThatDidNotHappen) {
  const ProgramResult job = Shim({"--log-format", "json", "-c", "db", "--", "no-such-command"});
  EXPECT_EQ(job.exit_status, 127);
  EXPECT_EQ(job.err.find("job."), std::string::npos) << job.err;
}

TEST_F(EventLogTest, StandsBeforeAndAfterTheJobsOwnLines) {
  const std::string err = Shim({"--log-format", "json", "--", "sh", "-c", "echo own >&2"}).err;
  const std::size_t own = err.find("own\n");
  EXPECT_LT(err.find("job.started"), own) << err;
  EXPECT_GT(err.find("job.ended"), own) << err;
}

TEST_F(EventLogTest, IsNotTheDefault) { EXPECT_EQ(Shim({"-c", "db", "--", "true"}).err, ""); }

}  // namespace
}  // namespace injector::testing
