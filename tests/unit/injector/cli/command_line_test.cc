#include "injector/cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace injector {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kCanary = "hunter2-canary";

std::vector<std::string> Words(std::string_view line) {
  std::vector<std::string> words;
  std::size_t begin = 0;
  while (begin < line.size()) {
    const std::size_t end = std::min(line.find(' ', begin), line.size());
    words.emplace_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

TEST(CommandLine, TakesGlobalOptionsBeforeAndAfterTheCommand) {
  for (const char* line : {"--store s --key-file k --output json connections list",
                           "connections --store s list --key-file k --output json",
                           "connections list --store s --key-file=k --output=json"}) {
    const Result<Invocation> invocation = ParseCommandLine(Words(line));
    ASSERT_TRUE(invocation.ok()) << line << ": " << invocation.error().message();
    EXPECT_EQ(invocation->options.store_path, "s") << line;
    EXPECT_EQ(invocation->options.key_file, "k") << line;
    EXPECT_EQ(invocation->options.output, OutputFormat::kJson) << line;
  }
}

TEST(CommandLine, AcceptsEveryCommand) {
  for (const char* line : {
           "--help",
           "--version",
           "connections --help",
           "connections get list",  // a connection may be named as a command is
           "connections get @postgres --reveal",
           "connections set db --type postgres --field host=h --field port=1 --secret password",
           "connections set --field host=h db --secret password=@f --default",
           "connections set @postgres.db --json - --replace",
           "connections set db --uri @file --no-default --description d --expires t",
           "connections set db --type t --secret k=- --unset a --unset b --keep-newline",
           "connections set db --type t --plaintext",
           "connections delete db",
           "connections rekey --new-key-file f",
           "connections rekey --new-passphrase",
           "connections rekey --machine-key",
           "connections rekey --plaintext",
           "variables set k --secret --keep-newline --machine-key",
           "variables set k --no-secret --description d",
           "variables set k --no-secret --keep-value",
           "variables set k --allow-empty",
           "connections set db --type postgress --any-type --any-field --allow-empty",
           "variables get k --reveal",
           "variables list",
           "variables delete k",
           "types",
           "types postgres",
           "key new",
           "key new --out f",
       }) {
    const Result<Invocation> invocation = ParseCommandLine(Words(line));
    EXPECT_TRUE(invocation.ok()) << line << ": " << invocation.error().message();
  }
}

struct WrongUsage {
  const char* line;
  const char* message;
  const char* hint;
};

class WrongUsageTest : public testing::TestWithParam<WrongUsage> {};

TEST_P(WrongUsageTest, IsExplainedWithoutRepeatingValues) {
  const WrongUsage& row = GetParam();
  const Result<Invocation> invocation = ParseCommandLine(Words(row.line));
  ASSERT_FALSE(invocation.ok());
  const Error& error = invocation.error();
  EXPECT_THAT(error.message(), HasSubstr(row.message));
  EXPECT_THAT(error.hint(), HasSubstr(row.hint));
  EXPECT_THAT(error.message() + error.hint(), Not(HasSubstr(kCanary)));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, WrongUsageTest,
    testing::Values(
        WrongUsage{"", "no command given", "injector --help"},
        WrongUsage{"connections", "no command given", "injector connections --help"},
        WrongUsage{"help", "unknown command help", "did you mean --help?"},
        WrongUsage{"list", "unknown command list",
                   "did you mean connections list or variables list"},
        WrongUsage{"connections show db", "unknown command show", "did you mean get?"},
        WrongUsage{"ls", "unknown command ls", "connections list"},
        WrongUsage{"connections set db host=hunter2-canary", "more arguments",
                   "did you mean --field host=…?"},
        WrongUsage{"connections set db password=hunter2-canary", "more arguments",
                   "did you mean --secret password?"},
        WrongUsage{"--output", "--output: its value is missing", "injector --help"},
        WrongUsage{"connections set db --secret password hunter2-canary", "a value on the command",
                   "--secret NAME=-"},
        WrongUsage{"connections set db mysql://u:hunter2-canary@h/db?a=b", "a URL on the command",
                   "--uri -"},
        WrongUsage{"connections set db --field host=a --field host=hunter2-canary",
                   "host: given twice", "leave out one"},
        WrongUsage{"connections set db --field host=a --secret host=@hunter2-canary",
                   "host: given twice", "leave out one"},
        WrongUsage{"types --output json --output text", "--output: given more than once", "types"},
        WrongUsage{"types --output", "--output: its value is missing", "types"},
        WrongUsage{"connections set db --secret note=-@x", "neither - for stdin nor @FILE",
                   "--secret note=@FILE"},
        WrongUsage{"connections set db --secret note=@", "neither - for stdin nor @FILE", "stdin"},
        WrongUsage{"variables set k --keep-value", "nothing else is given", "--no-secret"},
        WrongUsage{"variables set k --secret --keep-value --keep-newline", "excludes", ""},
        WrongUsage{"conections list", "unknown command", "did you mean connections?"},
        WrongUsage{"connections lits", "unknown command", "did you mean list?"},
        WrongUsage{"hunter2-canary", "unknown command", "injector --help"},
        WrongUsage{"connections get db --reveel", "unknown option --reveel", "--reveal"},
        WrongUsage{"connections get db --stroe=hunter2-canary", "unknown option --stroe",
                   "did you mean --store?"},
        WrongUsage{"connections get db hunter2-canary", "more arguments", "--help"},
        WrongUsage{"connections set db --password=hunter2-canary", "unknown option --password",
                   "connections set --help"},
        WrongUsage{"connections get db --reveal=hunter2-canary", "a value it cannot take", ""},
        WrongUsage{"connections get", "NAME is required", "connections get --help"},
        WrongUsage{"connections get @", "reference", "NAME"},
        WrongUsage{"connections delete @postgres", "does not say which", "@TYPE.NAME"},
        WrongUsage{"connections list --output hunter2-canary", "expected text or json", ""},
        WrongUsage{"--key-file f --ask-passphrase types", "excludes --ask-passphrase", ""},
        WrongUsage{"connections set db --field hunter2-canary", "expected NAME=VALUE", "host="},
        WrongUsage{"connections set db --field =hunter2-canary", "expected NAME=VALUE", "host="},
        WrongUsage{"connections set db --field password=hunter2-canary", "command line",
                   "--secret password"},
        WrongUsage{"connections set db --type snowflake --field private_key=hunter2-canary",
                   "command line", "--secret private_key"},
        WrongUsage{"connections set db --secret password=hunter2-canary", "command line",
                   "--secret password=@FILE"},
        WrongUsage{"connections set db --secret =hunter2-canary", "expected NAME", ""},
        WrongUsage{"connections set db --json hunter2-canary", "--json: takes -", "command line"},
        WrongUsage{"connections set db --uri hunter2-canary", "--uri: takes -", "command line"},
        WrongUsage{"connections set db --json - --uri -", "excludes", ""},
        WrongUsage{"connections set db --json - --secret k=-",
                   "--json - and --secret k=- cannot both read stdin", "@FILE"},
        WrongUsage{"connections set db --secret a=- --secret b=-", "cannot both read stdin", ""},
        WrongUsage{"connections set @mysql.db --type postgres", "differ", ""},
        WrongUsage{"connections set db --type no/type", "--type: not a valid type", "types"},
        WrongUsage{"connections set db --default --no-default", "excludes", ""},
        WrongUsage{"connections set db --machine-key --plaintext", "excludes", ""},
        WrongUsage{"connections rekey", "expected one of", "key new"},
        WrongUsage{"connections rekey --plaintext --machine-key", "expected one of", ""},
        WrongUsage{"variables set key hunter2-canary", "more arguments", ""},
        WrongUsage{"variables set hunter2-canary", "KEY: not a name", "stdin"}));

}  // namespace
}  // namespace injector
