#pragma once
// Every option of runner-shim: its flag, its variable, its meaning, and what a value does to
// JobOptions.

#include <span>
#include <string_view>

#include "injector/base/result.h"
#include "runner_shim/job/options.h"

namespace runner_shim {

enum class OptionArity {
  kSwitch,    // no value on the command line; the variable takes 1/0, true/false, yes/no, on/off
  kOnce,      // the last one counts
  kList,      // repeatable, and each time a comma-separated list; the variable likewise
  kRepeated,  // repeatable, a comma is part of the value; the variable is a comma-separated list
};

// Options that belong together in the help.
struct OptionGroup {
  std::string_view heading;
  // The same in the help of `runner-shim scrub`; empty: not options of it.
  std::string_view filter_heading;
  // Options of `runner-shim -- COMMAND`.
  bool for_jobs = true;
};

struct OptionRow {
  OptionGroup group;
  std::string_view flags;     // "-c,--connection"
  std::string_view variable;  // empty: on the command line only
  std::string_view value_name;
  std::string_view help;
  OptionArity arity;
  // Applies one value; for a switch "1" or "0". The error says what was expected and nothing else.
  injector::Status (*apply)(std::string_view value, JobOptions& options);
};

std::span<const OptionRow> OptionTable();

// "--connection", of "-c,--connection".
constexpr std::string_view LongFlag(const OptionRow& row) {
  return row.flags.substr(row.flags.find("--"));
}

// Whether `command` takes this option.
bool Takes(Command command, const OptionRow& row);

}  // namespace runner_shim
