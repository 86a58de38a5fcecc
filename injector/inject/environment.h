#pragma once
// The job's whole environment, from what was inherited and what is injected, in one fixed order:
// our own settings go, then what the sources used, then what the connections cannot work beside;
// then what they bring is set. A pure function, so that --dry-run shows what a real run does.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/inject/injection.h"

namespace injector {

// What happens when a secret variable is inherited with another value than ours.
// kKeep keeps a credential whole (InjectedVariable::credential): where the job has only the half of
// a key pair, our other half is not put beside it, and the tool will say what is missing.
enum class OnConflict { kError, kKeep, kOverwrite };

// Inherited variables whose values are scrubbed by default (--scrub-env).
inline constexpr std::string_view kDefaultScrubPatterns[] = {"*PASSWORD*", "*SECRET*", "*TOKEN*",
                                                             "*_KEY", "*CREDENTIAL*"};

struct ReferencedVariable {
  std::string name;
  bool secret = false;  // scrubbed, whatever its name, also when it is kept
};

struct EnvironmentOptions {
  // Names of the variables with which a source authenticated itself. Always removed.
  std::vector<std::string> source_variables = {};
  // What the connections file mentions as ${NAME}. Removed, but for `keep`.
  std::vector<ReferencedVariable> referenced_variables = {};
  bool clear_inherited = false;        // nothing inherited reaches the job, but for `keep`
  std::vector<std::string> keep = {};  // patterns with * and ?
  OnConflict on_conflict = OnConflict::kError;
  // Patterns with * and ?, in any case; empty: inherited values are scrubbed only when removed.
  std::vector<std::string> scrub_patterns{std::begin(kDefaultScrubPatterns),
                                          std::end(kDefaultScrubPatterns)};
  std::string files_directory = {};  // absolute; where the injection's files will be
};

// What becomes of one variable, for --dry-run.
struct EnvironmentChange {
  enum class Action {
    kSet,        // new, or inherited with the same value
    kOverwrite,  // inherited with another value
    kKeep,       // inherited with another value, which stays
    kRemove,     // inherited, and not passed on
  };
  Action action = Action::kSet;
  std::string name;
  std::string origin;  // "type.alias.field", "var.KEY"; of a removed one the reason
  bool secret = false;
  std::string shown;  // the value; of a secret "***"; of a removed one nothing
};

struct JobEnvironment {
  // For execve(2), without its final null pointer. Inherited entries first, byte for byte and in
  // their order, whether or not they are NAME=value; then what is injected.
  std::vector<Secret> entries;
  // Values of removed, kept and matching inherited variables, as "env.NAME". The injection's own
  // are not repeated.
  std::vector<ScrubValue> scrub_values;
  std::vector<EnvironmentChange> changes;
  // What is not injected because another part of its credential was kept, for --dry-run.
  std::vector<std::string> notes;
};

// kInvalidArgument where git's settings cannot be appended: GIT_CONFIG_COUNT is inherited as no
// number. kConflict names every secret variable that is inherited with another value, unless
// `options.on_conflict` decides.
Result<JobEnvironment> AssembleEnvironment(std::span<const Secret> inherited,
                                           const Injection& injection,
                                           const EnvironmentOptions& options);

// Sets NAME=value, in place of every entry of that name: for what is known only after assembly.
void SetEntry(JobEnvironment& environment, std::string_view name, std::string_view value);

}  // namespace injector
