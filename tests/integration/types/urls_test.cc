// The URLs of databases, with every symbol in every part, read back by other people's parsers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/inject/types/jdbc_url.h"
#include "tests/integration/types/tool_fixture.h"
#include "tests/support/paths.h"
#include "tests/unit/injector/inject/job_under_test.h"

namespace injector::testing {
namespace {

struct Parts {
  std::string login, password, schema;
};

// Each symbol alone, at either end, and doubled.
std::vector<Parts> EverySymbolInEveryPart() {
  std::vector<Parts> all;
  for (const char c : " " + EverySymbol()) {
    const std::string symbol(1, c);
    for (const std::string& value : {symbol, "a" + symbol, symbol + "a", symbol + symbol}) {
      all.push_back({"u" + value, value, "d" + value});
    }
  }
  all.push_back({"ü€", EveryKindOfText(), "ü€"});
  return all;
}

class UrlsTest : public ToolTest {
 protected:
  static Connection Make(const std::string& type, const Parts& parts) {
    const std::string schema = type == "redis" ? "db" : "schema";
    return MakeConnection(type + ".a", R"({"host": "h.example", "port": 1234, "login": )" +
                                           Quoted(parts.login) + R"(, "password": )" +
                                           Quoted(parts.password) + R"(, ")" + schema + R"(": )" +
                                           Quoted(parts.schema) + "}");
  }
  void Expect(const std::string& url, const Parts& parts) {
    rows_ += R"({"url": )" + Quoted(url) + R"(, "login": )" + Quoted(parts.login) +
             R"(, "password": )" + Quoted(parts.password) + R"(, "schema": )" +
             Quoted(parts.schema) + "}\n";
    ++count_;
  }
  // What `program`, of this directory, says of `rows`.
  std::string ReadBy(std::vector<std::string> interpreter, const std::string& program,
                     const std::string& rows) {
    ProgramRun run;
    run.argv = std::move(interpreter);
    run.argv.push_back(tests::SourceFile("integration/types/" + program));
    run.argv.push_back(directory_.Write("urls", rows));
    run.environment = OwnEnvironment();
    const ProgramResult result = RunProgram(run);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    return result.out;
  }

  std::string rows_;
  int count_ = 0;
};

TEST_F(UrlsTest, AreReadBackWhateverStandsInThem) {
  for (const Parts& parts : EverySymbolInEveryPart()) {
    for (const auto& [type, variable] : std::initializer_list<std::pair<const char*, const char*>>{
             {"postgres", "DATABASE_URL"}, {"mysql", "DATABASE_URL"}, {"mongodb", "MONGODB_URI"}}) {
      Expect(ValueOf(JobUnderTest().With(Make(type, parts)).Injected(), variable), parts);
    }
    // Its databases have numbers.
    const Parts redis = {.login = parts.login, .password = parts.password, .schema = "7"};
    Expect(ValueOf(JobUnderTest().With(Make("redis", redis)).Injected(), "REDIS_URL"), redis);
    for (const char* type : {"postgres", "mysql"}) {
      const auto url = JdbcUrl(Make(type, parts));
      ASSERT_TRUE(url.ok() && *url);
      Expect(std::string((*url)->text.Reveal()), parts);
    }
  }
  // libpq reads one in six as well.
  EXPECT_EQ(ReadBy({"python3"}, "read_urls.py", rows_),
            std::to_string(count_ * 7 / 6) + " read, 0 wrong\n");
  EXPECT_EQ(ReadBy({"node"}, "read_urls.js", rows_), std::to_string(count_) + " read, 0 wrong\n");
}

TEST_F(UrlsTest, TheDriverOfJavaReadsThem) {
  NEEDS_DEAR("javac");
  std::string rows;
  for (const Parts& parts : EverySymbolInEveryPart()) {
    const auto url = JdbcUrl(Make("postgres", parts));
    ASSERT_TRUE(url.ok() && *url);
    rows += std::string((*url)->text.Reveal()) + "\t" + parts.login + "\t" + parts.password + "\t" +
            parts.schema + "\n";
    ++count_;
  }
  EXPECT_EQ(ReadBy({"java", "-Dfile.encoding=UTF-8", "-cp", "/usr/share/java/postgresql.jar"},
                   "ReadUrls.java", rows),
            std::to_string(count_) + " read, 0 wrong\n");
}

}  // namespace
}  // namespace injector::testing
