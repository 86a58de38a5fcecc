// Every option of the table, one after the other: its variable does what its flag does, and that is
// something.

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "runner_shim/job/option_table.h"
#include "runner_shim/job/options.h"

namespace runner_shim {
namespace {

using Words = std::vector<std::string>;

// A value that is not the default, by option where the kind of value does not tell it.
std::string SampleFor(const OptionRow& row) {
  static const std::map<std::string_view, std::string> kByFlag = {
      {"--connection", "db=P_"},   {"--variable", "region=HERE"}, {"--source", "yaml:/x.yaml"},
      {"--no-scrub", "db.host"},   {"--scrub-env", "MY_*"},       {"--keep-env", "KEPT"},
      {"--user", "1234:2345"},     {"--min-length", "9"},         {"--mask", "[x]"},
      {"--short-secrets", "mask"}, {"--dotenv", "other.env"},     {"--token-env", "MY_TOKEN"},
      {"--fallback", "file:/x"},   {"--oidc", "github"}};
  if (const auto found = kByFlag.find(LongFlag(row)); found != kByFlag.end()) return found->second;
  if (row.arity == OptionArity::kSwitch) return "1";
  if (row.value_name == "DURATION") return "7s";
  // The last of "a|b|c".
  if (const auto bar = row.value_name.rfind('|'); bar != std::string_view::npos) {
    return std::string(row.value_name.substr(bar + 1));
  }
  return "/x";
}

template <typename T>
std::string NumberOf(const std::optional<T>& choice) {
  return choice ? std::to_string(static_cast<int>(*choice)) : "none";
}

// All that the command line can set, as text to compare.
std::string Describe(const JobOptions& o) {
  std::ostringstream text;
  for (const auto& wanted : o.connections) text << wanted.reference << '=' << wanted.prefix << ' ';
  for (const auto& wanted : o.variables) text << wanted.key << '=' << wanted.name << ' ';
  for (const auto* list : {&o.sources, &o.keep_env, &o.no_scrub}) {
    text << '|';
    for (const std::string& item : *list) text << item << ' ';
  }
  for (const std::string& pattern : o.scrub_env.value_or(Words{"default"})) text << pattern << ' ';
  for (const std::string* one :
       {&o.job_file, &o.fallback, &o.repo, &o.token_file, &o.token_env, &o.oidc_audience,
        &o.ca_file, &o.client_certificate, &o.client_key, &o.key_file, &o.values, &o.files_dir,
        &o.mask, &o.report, &o.cwd}) {
    text << '|' << *one;
  }
  text << '|' << o.dotenv.value_or("none") << '|' << NumberOf(o.on_conflict);
  for (const bool on : {o.attached, o.render_env, o.render_args, o.strict, o.fields, o.clear_env,
                        o.exec, o.parent_death, o.action == JobOptions::Action::kDryRun}) {
    text << '|' << on;
  }
  for (const auto duration : {o.fetch_timeout, o.hold_back, o.drain_timeout, o.drain_limit,
                              o.straggler_grace, o.kill_after.value_or(o.fetch_timeout * 0)}) {
    text << '|' << duration.count();
  }
  text << '|' << static_cast<int>(o.oidc) << '|' << o.min_length << '|'
       << static_cast<int>(o.short_secrets) << '|' << static_cast<int>(o.on_leak) << '|'
       << static_cast<int>(o.log_format) << '|' << static_cast<int>(o.terminal) << '|'
       << static_cast<int>(o.signal_scope) << '|' << static_cast<int>(o.on_rotate)
       << o.rotation_signal << '|';
  if (o.user) text << o.user->uid << ':' << o.user->gid;
  return text.str();
}

std::string Parsed(Words arguments, Words entries, Command command) {
  std::vector<char*> environment;
  for (std::string& entry : entries) environment.push_back(entry.data());
  environment.push_back(nullptr);
  const Words rest = command == Command::kScrub ? Words{"scrub"} : Words{"--", "true"};
  arguments.insert(arguments.end(), rest.begin(), rest.end());
  const auto options = ParseOptions(arguments, StartEnvironment::Take(environment.data()));
  return options.ok() ? Describe(*options) : "refused: " + options.error().message();
}

TEST(OptionVariables, DoWhatTheirFlagsDo) {
  for (const Command command : {Command::kJob, Command::kScrub}) {
    const std::string defaults = Parsed({}, {}, command);
    for (const OptionRow& row : OptionTable()) {
      if (!Takes(command, row)) continue;
      const std::string sample = SampleFor(row);
      const std::string flag = std::string(LongFlag(row)) + "=" + sample;
      const std::string flagged = Parsed({flag}, {}, command);
      EXPECT_FALSE(flagged.starts_with("refused")) << flag << " " << flagged;
      EXPECT_NE(flagged, defaults) << flag;
      if (row.variable.empty()) continue;
      EXPECT_EQ(Parsed({}, {std::string(row.variable) + "=" + sample}, command), flagged) << flag;
    }
  }
}

TEST(OptionVariables, EmptyOnesChangeNothing) {
  Words entries;
  for (const OptionRow& row : OptionTable()) {
    if (!row.variable.empty()) entries.push_back(std::string(row.variable) + "=");
  }
  EXPECT_EQ(Parsed({}, entries, Command::kJob), Parsed({}, {}, Command::kJob));
}

}  // namespace
}  // namespace runner_shim
