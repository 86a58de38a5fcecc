// render and env: what a job would get, shown or written.

#include <sys/stat.h>
#include <unistd.h>

#include "tests/integration/injector_cli/injector_cli_fixture.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kCanary = "hunter2'canary";
constexpr const char* kTemplate =
    "host={{ conn.movies.host }}\npassword={{ conn.postgres.movies.password }}\n"
    "region={{ var.region }}\n";

class RenderEnvTest : public InjectorCliTest {
 protected:
  void SetUp() override {
    InjectorCliTest::SetUp();
    Do({"connections", "set", "movies", "--type", "postgres", "--field", "host=db", "--field",
        "login=app", "--secret", "password=-"},
       kCanary);
    Do({"variables", "set", "region"}, "eu");
  }
  std::string TemplatePath() const { return WriteFile("app.tmpl", kTemplate); }
};

TEST_F(RenderEnvTest, RenderMasksUnlessRevealed) {
  EXPECT_EQ(Do({"render", TemplatePath()}), "host=db\npassword=***\nregion=eu\n");
  EXPECT_EQ(Do({"render", "-", "--reveal"}, kTemplate),
            "host=db\npassword=" + std::string(kCanary) + "\nregion=eu\n");
}

TEST_F(RenderEnvTest, RenderWritesAPrivateFile) {
  const std::string out = Path("app.ini");
  const ProgramResult result = Run({"render", TemplatePath(), "--out", out});
  EXPECT_EQ(result.exit_status, 0) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, Not(HasSubstr(kCanary)));
  EXPECT_THAT(FileContent(out), HasSubstr(kCanary));
  struct stat status = {};
  ASSERT_EQ(::stat(out.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(RenderEnvTest, RenderSaysWhatIsMissingAndWritesNothing) {
  const std::string out = Path("app.ini");
  const std::string error =
      Fail(1, {"render", "-", "--out", out}, "{{ conn.movies.password }}\n{{ var.absent }}\n");
  EXPECT_THAT(error, AllOf(HasSubstr("absent"), HasSubstr("stdin:2"), Not(HasSubstr(kCanary))));
  EXPECT_NE(::access(out.c_str(), F_OK), 0);
}

TEST_F(RenderEnvTest, EnvShowsNamesAndHidesSecrets) {
  for (const char* output : {"text", "json"}) {
    const ProgramResult result = Run({"env", "-c", "movies=DB_", "--output", output});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_THAT(result.out, AllOf(HasSubstr("DB_"), HasSubstr("app"))) << output;
    EXPECT_THAT(result.out + result.err, Not(HasSubstr("hunter2"))) << output;
  }
}

TEST_F(RenderEnvTest, ExportLinesLeaveSecretsOutUnlessRevealed) {
  const ProgramResult hidden = Run({"env", "-c", "movies", "--export"});
  EXPECT_EQ(hidden.exit_status, 0) << hidden.err;
  EXPECT_THAT(hidden.err, HasSubstr("is left out: it is secret; --reveal shows it"));
  EXPECT_THAT(hidden.out + hidden.err, Not(HasSubstr("hunter2")));
}

TEST_F(RenderEnvTest, AShellReadsExportLinesBack) {
  const std::string lines = Do({"env", "-c", "movies", "--reveal", "--export"});
  ProgramRun shell = Call({});
  shell.argv = {"/bin/sh", "-c", lines + "printf %s \"$PGPASSWORD\""};
  EXPECT_EQ(RunProgram(shell).out, kCanary);
}

TEST_F(RenderEnvTest, EnvNeedsAConnectionThatExists) {
  EXPECT_THAT(Fail(2, {"env"}), HasSubstr("no connection given"));
  EXPECT_THAT(Fail(1, {"env", "-c", "movie"}), HasSubstr("did you mean movies?"));
}

}  // namespace
}  // namespace injector
