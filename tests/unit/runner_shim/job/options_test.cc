#include "runner_shim/job/options.h"

#include <gtest/gtest.h>

#include <csignal>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "runner_shim/job/option_table.h"

namespace runner_shim {
namespace {

using Words = std::vector<std::string>;

StartEnvironment EnvironmentOf(Words entries) {
  std::vector<char*> pointers;
  for (std::string& entry : entries) pointers.push_back(entry.data());
  pointers.push_back(nullptr);
  return StartEnvironment::Take(pointers.data());
}

injector::Result<JobOptions> Parse(const Words& arguments, const Words& environment = {}) {
  return ParseOptions(arguments, EnvironmentOf(environment));
}

TEST(Options, TakeEverythingAfterTheFirstDashesAsTheCommand) {
  const auto options = Parse({"-c", "db", "--", "sh", "-c", "x", "--", "\xFF"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->command, (Words{"sh", "-c", "x", "--", "\xFF"}));
}

TEST(Options, ReadConnectionsWithAndWithoutPrefix) {
  const auto options = Parse({"-c", "a", "--connection=@mysql.db.x=MOVIES_", "--", "true"});
  ASSERT_TRUE(options.ok());
  ASSERT_EQ(options->connections.size(), 2U);
  EXPECT_EQ(options->connections[0].reference, "a");
  EXPECT_EQ(options->connections[1].reference, "@mysql.db.x");
  EXPECT_EQ(options->connections[1].prefix, "MOVIES_");
}

TEST(Options, FlagBeatsVariableBeatsDefault) {
  EXPECT_EQ(Parse({"--", "true"})->mask, "***");
  EXPECT_EQ(Parse({"--", "true"}, {"INJECTOR_MASK=[x]"})->mask, "[x]");
  EXPECT_EQ(Parse({"--mask", "[y]", "--", "true"}, {"INJECTOR_MASK=[x]"})->mask, "[y]");
}

TEST(Options, ListsInVariablesAreSeparatedByCommas) {
  const auto options = Parse({"--", "true"}, {"INJECTOR_CONNECTIONS=a, @mysql,,b=P_"});
  ASSERT_TRUE(options.ok());
  ASSERT_EQ(options->connections.size(), 3U);
  EXPECT_EQ(options->connections[2].prefix, "P_");
}

TEST(Options, AListOnTheCommandLineReplacesTheVariable) {
  const auto options = Parse({"-c", "z", "--", "true"}, {"INJECTOR_CONNECTIONS=a,b"});
  ASSERT_EQ(options->connections.size(), 1U);
  EXPECT_EQ(options->connections[0].reference, "z");
}

TEST(Options, AnEmptyVariableCountsAsNotSet) {
  EXPECT_EQ(Parse({"--", "true"}, {"INJECTOR_MASK="})->mask, "***");
}

TEST(Options, SwitchesInVariablesTakeTheUsualWords) {
  for (const char* on : {"1", "true", "YES", "on"}) {
    EXPECT_TRUE(Parse({"--", "true"}, {std::string("INJECTOR_FIELDS=") + on})->fields) << on;
  }
  for (const char* off : {"0", "false", "no", "OFF"}) {
    EXPECT_FALSE(Parse({"--", "true"}, {std::string("INJECTOR_FIELDS=") + off})->fields) << off;
  }
  EXPECT_FALSE(Parse({"--", "true"}, {"INJECTOR_FIELDS=perhaps"}).ok());
}

TEST(Options, SwitchesOnTheCommandLineTakeThemToo) {
  EXPECT_TRUE(Parse({"--fields", "--", "true"})->fields);
  EXPECT_FALSE(Parse({"--fields=false", "--", "true"}, {"INJECTOR_FIELDS=1"})->fields);
  EXPECT_EQ(Parse({"--dry-run=false", "--", "true"})->action, JobOptions::Action::kRun);
  EXPECT_FALSE(Parse({"--no-scrub-env=0", "--", "true"})->scrub_env.has_value());
  EXPECT_FALSE(Parse({"--clear-env=perhaps", "--", "true"}).ok());
}

TEST(Options, ListsTakeCommasOnTheCommandLineToo) {
  const auto options = Parse({"--keep-env", "A, B", "--keep-env", "C", "--scrub-env", "D,E*",
                              "--source", "file:/a,b", "--", "true"});
  EXPECT_EQ(options->keep_env, (Words{"A", "B", "C"}));
  EXPECT_EQ(options->scrub_env, (Words{"D", "E*"}));
  EXPECT_EQ(options->sources, (Words{"file:/a,b"}));
  for (const char* nothing : {"", " ", ",", " , ,"}) {
    EXPECT_FALSE(Parse({"--keep-env", nothing, "--", "true"}).ok()) << nothing;
    EXPECT_FALSE(Parse({"-c", nothing, "--", "true"}).ok()) << nothing;
  }
}

TEST(Options, AMistypedOptionIsToldTheNearestOne) {
  const auto hint = [](const char* word) { return Parse({word, "--", "true"}).error().hint(); };
  EXPECT_TRUE(hint("--conection").starts_with("did you mean --connection? "));
  EXPECT_TRUE(hint("--dryrun=1").starts_with("did you mean --dry-run? "));
  EXPECT_TRUE(hint("--hunter2").starts_with("runner-shim [OPTION…] -- COMMAND"));
}

TEST(Options, AFlagBeatsTheVariableThatSaysTheOpposite) {
  const auto options = Parse({"--scrub-env", "MY*", "--", "true"}, {"INJECTOR_NO_SCRUB_ENV=1"});
  EXPECT_EQ(options->scrub_env, (Words{"MY*"}));
}

struct BadRow {
  const char* name;
  Words arguments;
  Words environment;
  const char* message;
};

// `hunter` stands for a value.
void ExpectRefused(std::span<const BadRow> rows) {
  for (const BadRow& row : rows) {
    const auto options = Parse(row.arguments, row.environment);
    ASSERT_FALSE(options.ok()) << row.name;
    EXPECT_EQ(options.error().message(), row.message) << row.name;
    EXPECT_EQ(options.error().message().find("hunter"), std::string::npos) << row.name;
    EXPECT_FALSE(options.error().hint().empty()) << row.name;
  }
}

TEST(Options, RefusalsNameTheOptionAndNeverTheValue) {
  const BadRow rows[] = {
      {"no command", {}, {}, "no command to run"},
      {"empty command", {"-c", "a", "--"}, {}, "no command to run"},
      {"no dashes", {"hunter2"}, {}, "a command without -- before it"},
      {"unknown option", {"--bogus=hunter2", "--", "x"}, {}, "unknown option --bogus"},
      {"unknown short option", {"-xhunter2", "--", "x"}, {}, "unknown option -x"},
      {"missing value", {"-c", "--", "x"}, {}, "--connection lacks its value"},
      {"reference",
       {"-c", "@.hunter2", "--", "x"},
       {},
       "--connection: expected NAME, @TYPE or @TYPE.ALIAS, with =PREFIX where wanted"},
      {"prefix",
       {"-c", "a=hunter-2", "--", "x"},
       {},
       "--connection: expected a prefix of letters, digits and _ after the ="},
      {"choice",
       {"--on-conflict", "hunter2", "--", "x"},
       {},
       "--on-conflict: expected error | keep | overwrite"},
      {"rotation",
       {"--on-rotate", "hunter2", "--", "x"},
       {},
       "--on-rotate: expected none, signal:NAME (as HUP or USR1) or restart"},
      {"a signal that nobody can take",
       {"--on-rotate", "signal:KILL", "--", "x"},
       {},
       "--on-rotate: expected none, signal:NAME (as HUP or USR1) or restart"},
      {"duration",
       {"--drain-timeout", "hunter2", "--", "x"},
       {},
       "--drain-timeout: expected a duration like 500ms, 2s, 5m or 1h, at most 1000h"},
      {"variable",
       {"--", "x"},
       {"INJECTOR_MIN_LENGTH=hunter2"},
       "INJECTOR_MIN_LENGTH: expected a number of bytes from 1 to 65536"},
  };
  ExpectRefused(rows);
}

TEST(Options, ExecIsRefusedBesideWhatItCannotKeep) {
  const BadRow rows[] = {
      {"rotation with --exec",
       {"--on-rotate", "restart", "--exec", "--", "hunter2"},
       {},
       "--exec cannot go with --on-rotate"},
      {"hold-back with --exec",
       {"--hold-back", "1s", "--exec", "--", "hunter2"},
       {},
       "--exec cannot go with --hold-back"},
      {"signal-scope with --exec",
       {"--signal-scope", "child", "--exec", "--", "hunter2"},
       {},
       "--exec cannot go with --signal-scope"},
      {"drain-timeout with --exec",
       {"--drain-timeout", "1s", "--exec", "--", "hunter2"},
       {},
       "--exec cannot go with --drain-timeout"},
      {"drain-limit with --exec",
       {"--drain-limit", "1s", "--exec", "--", "hunter2"},
       {},
       "--exec cannot go with --drain-limit"},
      {"straggler-grace with --exec",
       {"--straggler-grace", "1s", "--exec", "--", "hunter2"},
       {},
       "--exec cannot go with --straggler-grace"},
      {"no-parent-death with --exec",
       {"--no-parent-death", "--exec", "--", "hunter2"},
       {},
       "--exec cannot go with --no-parent-death"},
  };
  ExpectRefused(rows);
}

TEST(Options, WhatBelongsToAnotherSubcommandIsRefused) {
  const BadRow rows[] = {
      {"not an option of the filter",
       {"scrub", "--cwd", "hunter2"},
       {},
       "--cwd: not an option of runner-shim scrub"},
      {"not an option of a job",
       {"--values", "hunter2", "--", "x"},
       {},
       "--values: not an option of runner-shim -- COMMAND"},
      {"not an option of mask",
       {"mask", "--min-length", "4"},
       {},
       "--min-length: not an option of runner-shim mask"},
      {"values from stdin",
       {"scrub", "--values", "-"},
       {},
       "--values: expected a file: stdin is the stream to be scrubbed"},
      {"a filter with a command",
       {"scrub", "--values", "f", "--", "hunter2"},
       {},
       "runner-shim scrub runs no command"},
      {"two subcommands", {"scrub", "mask"}, {}, "a command without -- before it"},
  };
  ExpectRefused(rows);
}

TEST(Options, EveryOptionButDryRunHasAVariableAndIsInTheHelpOfWhatTakesIt) {
  for (const Command command : {Command::kJob, Command::kScrub}) {
    const std::string help = HelpText(command);
    for (const OptionRow& row : OptionTable()) {
      const std::string_view flag = row.flags.substr(row.flags.find("--"));
      const bool taken = Takes(command, row);
      if (!taken) continue;
      EXPECT_NE(help.find(flag), std::string::npos) << flag;
      if (flag == "--dry-run") continue;
      EXPECT_TRUE(row.variable.starts_with("INJECTOR_")) << flag;
      EXPECT_NE(help.find("[" + std::string(row.variable) + "]"), std::string::npos) << flag;
    }
  }
}

TEST(Options, EveryOptionBelongsToSomeCommand) {
  for (const OptionRow& row : OptionTable()) {
    EXPECT_TRUE(Takes(Command::kJob, row) || Takes(Command::kScrub, row)) << row.flags;
    EXPECT_FALSE(Takes(Command::kMask, row)) << row.flags;
    EXPECT_FALSE(Takes(Command::kInstall, row)) << row.flags;
  }
}

TEST(Options, TheFilterMayStandBeforeOrBehindItsOptions) {
  for (const Words& words : {Words{"scrub", "--values", "f"}, Words{"--values", "f", "scrub"},
                             Words{"--values=f", "scrub", "--"}}) {
    const auto options = Parse(words);
    ASSERT_TRUE(options.ok());
    EXPECT_EQ(options->kind, Command::kScrub);
    EXPECT_EQ(options->values, "f");
  }
  EXPECT_EQ(Parse({"mask"})->kind, Command::kMask);
  EXPECT_EQ(Parse({"install", "/tools"})->kind, Command::kInstall);
  EXPECT_EQ(Parse({"install", "/tools"})->install_directory, "/tools");
  EXPECT_EQ(Parse({"--", "scrub"})->kind, Command::kJob);
}

TEST(Options, TheFilterLooksOnlyAtVariablesOfItsOptions) {
  const auto options =
      Parse({"scrub"}, {"INJECTOR_VALUES=f", "INJECTOR_USER=nobody", "INJECTOR_MASK=[x]"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->values, "f");
  EXPECT_EQ(options->mask, "[x]");
  EXPECT_FALSE(Parse({"--", "true"}, {"INJECTOR_USER=nobody"}).ok());
}

// Each scrubbing option: flag over variable over default.
TEST(Options, ScrubbingOptionsFollowThePrecedence) {
  using OnLeak = JobOptions::OnLeak;
  const Words variables = {"INJECTOR_REPORT=v.json",       "INJECTOR_ON_LEAK=fail",
                           "INJECTOR_SHORT_SECRETS=error", "INJECTOR_MIN_LENGTH=9",
                           "INJECTOR_NO_SCRUB=a.b,c.d",    "INJECTOR_SCRUB_ENV=A*,B*"};
  for (const Words& command : {Words{"--", "true"}, Words{"scrub"}}) {
    const auto defaults = Parse(command);
    EXPECT_EQ(defaults->report, "");
    EXPECT_EQ(defaults->on_leak, OnLeak::kMask);
    EXPECT_EQ(defaults->short_secrets, ShortSecrets::kWarn);
    EXPECT_EQ(defaults->min_length, 6U);
    EXPECT_FALSE(defaults->scrub_env.has_value());

    const auto set = Parse(command, variables);
    EXPECT_EQ(set->report, "v.json");
    EXPECT_EQ(set->on_leak, OnLeak::kFail);
    EXPECT_EQ(set->short_secrets, ShortSecrets::kError);
    EXPECT_EQ(set->min_length, 9U);
    EXPECT_EQ(set->no_scrub, (Words{"a.b", "c.d"}));
    EXPECT_EQ(set->scrub_env, (Words{"A*", "B*"}));

    Words flags = {"--report",     "f.json", "--on-leak",  "mask", "--short-secrets", "mask",
                   "--min-length", "4",      "--no-scrub", "e.f",  "--no-scrub-env"};
    flags.insert(flags.end(), command.begin(), command.end());
    const auto flagged = Parse(flags, variables);
    ASSERT_TRUE(flagged.ok()) << flagged.error().message();
    EXPECT_EQ(flagged->report, "f.json");
    EXPECT_EQ(flagged->on_leak, OnLeak::kMask);
    EXPECT_EQ(flagged->short_secrets, ShortSecrets::kMask);
    EXPECT_EQ(flagged->min_length, 4U);
    EXPECT_EQ(flagged->no_scrub, (Words{"e.f"}));
    EXPECT_EQ(flagged->scrub_env, Words{});
  }
}

TEST(Options, HelpFitsATerminalOfOneHundredColumns) {
  const std::string help = HelpText() + HelpText(Command::kScrub) + HelpText(Command::kMask) +
                           HelpText(Command::kInstall);
  for (std::size_t start = 0; start < help.size();) {
    const std::size_t end = help.find('\n', start);
    const std::string line = help.substr(start, end - start);
    EXPECT_LE(line.size(), 104U) << line;  // an ellipsis is three bytes
    start = end + 1;
  }
}

TEST(Options, HelpHasEachHeadingOnce) {
  for (const Command command : {Command::kJob, Command::kScrub}) {
    const std::string help = HelpText(command);
    std::set<std::string> headings;
    for (std::size_t end = help.find(":\n  -"); end != std::string::npos;
         end = help.find(":\n  -", end + 1)) {
      const std::string heading =
          help.substr(help.rfind('\n', end) + 1, end - help.rfind('\n', end));
      EXPECT_TRUE(headings.insert(heading).second) << heading;
    }
    EXPECT_GT(headings.size(), 2U);
  }
}

TEST(Options, HelpNeedsNoCommand) {
  EXPECT_EQ(Parse({"--help"})->action, JobOptions::Action::kHelp);
  EXPECT_EQ(Parse({"--version"})->action, JobOptions::Action::kVersion);
  EXPECT_EQ(Parse({"--licenses"})->action, JobOptions::Action::kLicenses);
  EXPECT_EQ(Parse({"--dry-run"})->action, JobOptions::Action::kDryRun);
}

TEST(Options, SignalsOfARotationAreNamedWithAndWithoutSig) {
  for (const auto& [word, number] : std::vector<std::pair<std::string, int>>{
           {"signal:HUP", SIGHUP}, {"signal:SIGUSR1", SIGUSR1}, {"signal:WINCH", SIGWINCH}}) {
    const auto options = Parse({"--on-rotate", word, "--", "x"});
    ASSERT_TRUE(options.ok()) << word;
    EXPECT_EQ(options->on_rotate, JobOptions::OnRotate::kSignal);
    EXPECT_EQ(options->rotation_signal, number) << word;
  }
  EXPECT_EQ(Parse({"--on-rotate", "restart", "--", "x"})->on_rotate,
            JobOptions::OnRotate::kRestart);
}

}  // namespace
}  // namespace runner_shim
