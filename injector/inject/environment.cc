#include "injector/inject/environment.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/environment_entry.h"
#include "injector/base/own_settings.h"
#include "injector/base/shell_quote.h"
#include "injector/base/variable_name.h"
#include "injector/model/secret_names.h"

namespace injector {
namespace {

using Action = EnvironmentChange::Action;
using Kind = InjectedVariable::Kind;
using WhenInherited = InjectedVariable::WhenInherited;

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool MatchesAny(const std::vector<std::string>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [name](const std::string& pattern) { return GlobMatches(pattern, name); });
}

const ReferencedVariable* FindReferenced(std::string_view name, const EnvironmentOptions& options) {
  for (const ReferencedVariable& referenced : options.referenced_variables) {
    if (referenced.name == name) return &referenced;
  }
  return nullptr;
}

// Why a variable does not reach the job, and whether its value is a secret.
struct Removal {
  std::string reason;
  bool secret;
};

// The name alone does not make a path secret: INJECTOR_TOKEN_FILE.
bool IsSecretSetting(std::string_view name) {
  return IsSecretName(name) && !name.ends_with("_FILE") && !name.ends_with("_PATH");
}

// Settings of ours that are called after secrets and hold a word or a name. Scrubbing "mask" would
// garble the log. Any other with a secret name counts as secret, also one that we do not know.
constexpr std::string_view kPlainSettings[] = {"INJECTOR_SHORT_SECRETS", "INJECTOR_TOKEN_ENV"};

bool IsSecretOfOurs(std::string_view name) {
  const auto* const end = std::end(kPlainSettings);
  return IsSecretSetting(name) && std::find(std::begin(kPlainSettings), end, name) == end;
}

std::optional<Removal> WhyRemoved(std::string_view name, const EnvironmentOptions& options) {
  constexpr std::string_view kOurs = "a setting of ours";
  if (name.starts_with("PIPELINE_CONN_")) return Removal{"a connection", true};
  if (name.starts_with("PIPELINE_VAR_")) return Removal{"a variable", IsSecretName(name)};
  if (Contains(options.source_variables, name)) return Removal{"used by a source", true};
  if (name.starts_with("INJECTOR_")) return Removal{std::string(kOurs), IsSecretOfOurs(name)};
  if (IsOwnSetting(name)) return Removal{std::string(kOurs), true};
  const ReferencedVariable* referenced = FindReferenced(name, options);
  if (referenced != nullptr && !MatchesAny(options.keep, name)) {
    return Removal{"used by the connections file", referenced->secret || IsSecretSetting(name)};
  }
  return std::nullopt;
}

std::string PathOf(const InjectedVariable& variable, const Injection& injection,
                   const std::string& directory) {
  const std::string& name = injection.files[variable.file].name;
  const std::string path = directory + "/" + name;
  if (variable.kind == Kind::kFilePath) return variable.before + path + variable.after;
  if (variable.kind == Kind::kQuotedFilePath) {
    return variable.before + ShellQuoted(path) + variable.after;
  }
  const std::size_t slash = name.rfind('/');
  return slash == std::string::npos ? directory : directory + "/" + name.substr(0, slash);
}

class Assembler {
 public:
  Assembler(std::span<const Secret> inherited, const EnvironmentOptions& options)
      : options_(options) {
    for (const Secret& bytes : inherited) {
      slots_.push_back({bytes.Reveal(), EnvironmentEntry::Parse(bytes.Reveal())});
    }
  }

  void RemoveInherited() {
    for (Slot& slot : slots_) {
      if (!slot.entry) continue;
      const std::string_view name = slot.entry->name;
      if (const auto removal = WhyRemoved(name, options_)) {
        Remove(slot, *removal);
      } else if (MatchesScrubPattern(name) || IsReferencedSecret(name)) {
        Scrub(*slot.entry);
      }
    }
  }

  // Nothing is shown of these one by one: an inherited environment is long.
  void ClearInherited() {
    for (Slot& slot : slots_) {
      if (slot.entry && MatchesAny(options_.keep, slot.entry->name)) continue;
      if (slot.alive && slot.entry && IsSecretSetting(slot.entry->name)) Scrub(*slot.entry);
      slot.alive = false;
    }
  }

  // What a connection cannot work beside stays when the connection gave way to it.
  void RemoveForConnections(const Injection& injection) {
    for (const RemovedVariable& variable : injection.removed_variables) {
      if (GivesWay(variable.owner, injection)) continue;
      for (Slot* slot : Inherited(variable.name)) {
        Remove(*slot, {variable.owner, IsSecretSetting(variable.name)});
      }
    }
  }

  Status Inject(const Injection& injection) {
    // Decided before anything is changed: what is kept is seen in what is inherited.
    std::vector<const InjectedVariable*> mixed;
    for (const InjectedVariable& variable : injection.variables) {
      if (WouldMix(variable, injection)) mixed.push_back(&variable);
    }
    for (const InjectedVariable& variable : injection.variables) {
      if (std::find(mixed.begin(), mixed.end(), &variable) == mixed.end()) {
        Inject(variable, injection);
      } else {
        LeaveOut(variable);
      }
    }
    if (conflicts_.empty()) return {};
    return Error(ErrorCode::kConflict,
                 "the environment already holds other values for: " + conflicts_)
        .WithHint(
            "--on-conflict overwrite takes the connection's, --on-conflict keep the "
            "environment's; a prefix (-c NAME=PREFIX_) keeps both");
  }

  // Behind those that are inherited: the last helper of several is asked last, and an empty one
  // makes git forget those before it.
  Status AppendGitSettings(const Injection& injection) {
    if (injection.git_settings.empty()) return {};
    ASSIGN_OR_RETURN(std::size_t count, InheritedGitSettings());
    for (const GitSetting& setting : injection.git_settings) {
      std::string value = setting.value;
      if (!setting.path.empty()) {
        value += ShellQuoted(options_.files_directory + "/" + setting.path);
      }
      const std::string number = std::to_string(count++);
      Put("GIT_CONFIG_KEY_" + number, setting.key, setting.origin);
      Put("GIT_CONFIG_VALUE_" + number, value, setting.origin);
    }
    Put("GIT_CONFIG_COUNT", std::to_string(count), injection.git_settings.front().origin);
    return {};
  }

  void AppendSearchDirectories(const Injection& injection) {
    if (injection.search_directories.empty()) return;
    const std::vector<Slot*> inherited = Inherited("PATH");
    // What execvp(3) searches without one.
    const std::string path(inherited.empty() ? "/bin:/usr/bin" : inherited.front()->entry->value);
    std::string added;
    for (const std::string& name : injection.search_directories) {
      added += ":" + options_.files_directory + "/" + name;
    }
    Put("PATH", path + added, "credential helpers");
    // The long part is known to whoever looks.
    result_.changes.back().shown = "…" + added;
  }

  JobEnvironment Build() && {
    std::vector<Secret> entries;
    for (const Slot& slot : slots_) {
      if (slot.alive) entries.push_back(Secret::CopyOf(slot.bytes));
    }
    std::move(injected_.begin(), injected_.end(), std::back_inserter(entries));
    result_.entries = std::move(entries);
    return std::move(result_);
  }

 private:
  struct Slot {
    std::string_view bytes;
    std::optional<EnvironmentEntry> entry;
    bool alive = true;
  };

  Result<std::size_t> InheritedGitSettings() {
    const std::vector<Slot*> inherited = Inherited("GIT_CONFIG_COUNT");
    if (inherited.empty() || inherited.front()->entry->value.empty()) return std::size_t{0};
    const std::string_view text = inherited.front()->entry->value;
    constexpr std::size_t kMost = 10'000;
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error == std::errc() && end == text.data() + text.size() && count < kMost) return count;
    return Error(ErrorCode::kInvalidArgument,
                 "the inherited GIT_CONFIG_COUNT is no number that git would take");
  }

  // Sets a variable that others of its name only precede.
  void Put(const std::string& name, std::string_view value, const std::string& origin) {
    const std::vector<Slot*> inherited = Inherited(name);
    const Action action = inherited.empty() ? Action::kSet : Action::kOverwrite;
    for (Slot* slot : inherited) slot->alive = false;
    injected_.push_back(Secret::Concat({name, "=", value}));
    result_.changes.push_back({action, name, origin, /*secret=*/false, std::string(value)});
  }

  bool GivesWay(const std::string& owner, const Injection& injection) {
    return std::any_of(injection.variables.begin(), injection.variables.end(),
                       [&](const InjectedVariable& variable) {
                         return variable.owner == owner &&
                                Decide(variable, ValueOf(variable, injection)) == Action::kKeep;
                       });
  }

  // Whether `variable` would stand beside a kept part of the job's own credential.
  bool WouldMix(const InjectedVariable& variable, const Injection& injection) {
    if (variable.credential.empty() || !Inherited(variable.name).empty()) return false;
    return std::any_of(
        injection.variables.begin(), injection.variables.end(), [&](const InjectedVariable& other) {
          return other.owner == variable.owner && other.credential == variable.credential &&
                 Decide(other, ValueOf(other, injection)) == Action::kKeep;
        });
  }

  void LeaveOut(const InjectedVariable& variable) {
    result_.notes.push_back(variable.name + " (" + variable.origin +
                            ") is not injected: another part of its " +
                            std::string(variable.credential) + " keeps its inherited value");
  }

  // A name may stand several times; readers differ in which one they take.
  std::vector<Slot*> Inherited(std::string_view name) {
    std::vector<Slot*> found;
    for (Slot& slot : slots_) {
      if (slot.alive && slot.entry && slot.entry->name == name) found.push_back(&slot);
    }
    return found;
  }

  bool IsReferencedSecret(std::string_view name) const {
    const ReferencedVariable* referenced = FindReferenced(name, options_);
    return referenced != nullptr && referenced->secret;
  }

  bool MatchesScrubPattern(std::string_view name) const {
    const std::string upper = ToAsciiUpper(name);
    return std::any_of(
        options_.scrub_patterns.begin(), options_.scrub_patterns.end(),
        [&](const auto& pattern) { return GlobMatches(ToAsciiUpper(pattern), upper); });
  }

  void Scrub(const EnvironmentEntry& entry) {
    if (entry.value.empty()) return;
    const std::string name = "env." + std::string(entry.name);
    const bool known = std::any_of(
        result_.scrub_values.begin(), result_.scrub_values.end(), [&](const ScrubValue& other) {
          return other.name == name && other.value.Reveal() == entry.value;
        });
    if (!known) result_.scrub_values.push_back({name, Secret::CopyOf(entry.value)});
  }

  void Remove(Slot& slot, const Removal& removal) {
    slot.alive = false;
    if (removal.secret) Scrub(*slot.entry);
    result_.changes.push_back(
        {Action::kRemove, std::string(slot.entry->name), removal.reason, removal.secret, ""});
  }

  void Inject(const InjectedVariable& variable, const Injection& injection) {
    const Secret value = ValueOf(variable, injection);
    const std::optional<Action> action = Decide(variable, value);
    if (!action) {
      conflicts_ += conflicts_.empty() ? "" : ", ";
      conflicts_ += variable.name + " (" + variable.origin + ")";
      return;
    }
    if (*action == Action::kKeep) return KeepInherited(variable);
    for (Slot* slot : Inherited(variable.name)) slot->alive = false;
    injected_.push_back(Secret::Concat({variable.name, "=", value.Reveal()}));
    Show(*action, variable, value.Reveal());
  }

  void KeepInherited(const InjectedVariable& variable) {
    const std::vector<Slot*> inherited = Inherited(variable.name);
    Show(Action::kKeep, variable, inherited.front()->entry->value);
    if (!variable.secret) return;
    for (const Slot* slot : inherited) Scrub(*slot->entry);
  }

  void Show(Action action, const InjectedVariable& variable, std::string_view value) {
    result_.changes.push_back({action, variable.name, variable.origin, variable.secret,
                               variable.secret ? "***" : std::string(value)});
  }

  Secret ValueOf(const InjectedVariable& variable, const Injection& injection) const {
    if (variable.kind == Kind::kText) return variable.text.Clone();
    return Secret::CopyOf(PathOf(variable, injection, options_.files_directory));
  }

  // nullopt: a conflict that nobody decided.
  std::optional<Action> Decide(const InjectedVariable& variable, const Secret& value) {
    const std::vector<Slot*> inherited = Inherited(variable.name);
    const bool differs = std::any_of(inherited.begin(), inherited.end(), [&](const Slot* slot) {
      return !Secret::ConstantTimeEquals(slot->entry->value, value.Reveal());
    });
    if (!differs) return Action::kSet;
    if (variable.when_inherited == WhenInherited::kOverwrite) return Action::kOverwrite;
    switch (options_.on_conflict) {
      case OnConflict::kKeep:
        return Action::kKeep;
      case OnConflict::kOverwrite:
        return Action::kOverwrite;
      case OnConflict::kError:
        break;
    }
    return std::nullopt;
  }

  const EnvironmentOptions& options_;
  std::vector<Slot> slots_;
  std::vector<Secret> injected_;
  std::string conflicts_;
  JobEnvironment result_;
};

}  // namespace

Result<JobEnvironment> AssembleEnvironment(std::span<const Secret> inherited,
                                           const Injection& injection,
                                           const EnvironmentOptions& options) {
  Assembler assembler(inherited, options);
  assembler.RemoveInherited();
  if (options.clear_inherited) assembler.ClearInherited();
  assembler.RemoveForConnections(injection);
  RETURN_IF_ERROR(assembler.Inject(injection));
  RETURN_IF_ERROR(assembler.AppendGitSettings(injection));
  assembler.AppendSearchDirectories(injection);
  return std::move(assembler).Build();
}

void SetEntry(JobEnvironment& environment, std::string_view name, std::string_view value) {
  std::erase_if(environment.entries, [name](const Secret& bytes) {
    const std::optional<EnvironmentEntry> entry = EnvironmentEntry::Parse(bytes.Reveal());
    return entry && entry->name == name;
  });
  environment.entries.push_back(Secret::Concat({name, "=", value}));
}

}  // namespace injector
