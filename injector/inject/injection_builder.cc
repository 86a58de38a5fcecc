#include "injector/inject/injection_builder.h"

#include <algorithm>
#include <utility>

#include "injector/base/variable_name.h"

namespace injector {
namespace {

std::string VariableClaim(std::string_view name) { return "variable " + std::string(name); }

// What a variable will hold, as one comparable text.
Secret ClaimedValue(const InjectedVariable& variable) {
  if (variable.kind == InjectedVariable::Kind::kText) {
    return Secret::Concat({"text:", variable.text.Reveal()});
  }
  const bool directory = variable.kind == InjectedVariable::Kind::kFileDirectory;
  return Secret::Concat({directory ? "directory:" : "path:", std::to_string(variable.file), ":",
                         variable.before, ":", variable.after});
}

Error ConflictError(std::string_view what, const InjectionOwner& first,
                    const InjectionOwner& second) {
  const std::string wish = " want it with different values";
  if (first.name == second.name) {
    // A prefix would move both.
    return Error(ErrorCode::kConflict, std::string(what) + ": two fields of " + first.name + wish)
        .WithHint("rename one of the fields");
  }
  return Error(ErrorCode::kConflict,
               std::string(what) + ": " + first.name + " and " + second.name + wish)
      .WithHint(second.remedy);
}

}  // namespace

const InjectionBuilder::ClaimRecord* InjectionBuilder::FindClaim(std::string_view what) const {
  const auto found = std::find_if(claims_.begin(), claims_.end(),
                                  [what](const auto& claim) { return claim.what == what; });
  return found == claims_.end() ? nullptr : &*found;
}

Status InjectionBuilder::Claim(const InjectionOwner& owner, std::string what, Secret value) {
  if (const ClaimRecord* claim = FindClaim(what)) {
    if (claim->value == value) return {};
    return ConflictError(what, claim->owner, owner);
  }
  claims_.push_back({std::move(what), owner, std::move(value)});
  return {};
}

Status InjectionBuilder::SetVariable(const InjectionOwner& owner, InjectedVariable variable) {
  if (!IsVariableName(variable.name)) {
    return Error(ErrorCode::kInvalidArgument, owner.name + ": \"" + variable.name +
                                                  "\" is no variable name that every shell takes")
        .WithHint("names are letters, digits and _, and do not begin with a digit; " +
                  owner.remedy);
  }
  if (variable.text.Reveal().find('\0') != std::string_view::npos) {
    return Error(ErrorCode::kInvalidArgument,
                 owner.name + ": the value for " + variable.name +
                     " holds a NUL byte, which no environment variable can");
  }
  RETURN_IF_ERROR(Claim(owner, VariableClaim(variable.name), ClaimedValue(variable)));
  for (InjectedVariable& known : injection_.variables) {
    if (known.name != variable.name) continue;
    known.secret = known.secret || variable.secret;
    if (variable.when_inherited == InjectedVariable::WhenInherited::kConflict) {
      known.when_inherited = variable.when_inherited;
    }
    return {};
  }
  injection_.variables.push_back(std::move(variable));
  return {};
}

void InjectionBuilder::RemoveVariable(const InjectionOwner& owner, RemovedVariable variable) {
  removals_.push_back({std::move(variable), owner});
}

Result<std::size_t> InjectionBuilder::AddFile(const InjectionOwner& owner, InjectedFile file) {
  RETURN_IF_ERROR(Claim(owner, "file " + file.name, file.content.Clone()));
  const std::size_t index = SharedFile(file.name, file.origin);
  ContentOf(index) = std::move(file.content);
  return index;
}

std::size_t InjectionBuilder::SharedFile(std::string_view name, std::string_view origin) {
  std::vector<InjectedFile>& files = injection_.files;
  const auto found = std::find_if(files.begin(), files.end(),
                                  [name](const InjectedFile& file) { return file.name == name; });
  if (found != files.end()) return static_cast<std::size_t>(found - files.begin());
  files.push_back({std::string(name), Secret(), std::string(origin)});
  return files.size() - 1;
}

void InjectionBuilder::MentionPath(std::size_t file, std::size_t offset, std::size_t mentioned) {
  std::vector<PathMention>& mentions = injection_.files[file].mentions;
  const PathMention mention{offset, mentioned};
  // The same connection may be asked for twice.
  if (std::find(mentions.begin(), mentions.end(), mention) == mentions.end()) {
    mentions.push_back(mention);
  }
}

void InjectionBuilder::AddLink(InjectedLink link) {
  const bool known =
      std::any_of(injection_.links.begin(), injection_.links.end(),
                  [&](const InjectedLink& other) { return other.name == link.name; });
  if (!known) injection_.links.push_back(std::move(link));
}

void InjectionBuilder::AddGitSetting(GitSetting setting) {
  std::vector<GitSetting>& known = injection_.git_settings;
  if (std::find(known.begin(), known.end(), setting) == known.end()) {
    known.push_back(std::move(setting));
  }
}

void InjectionBuilder::AddSearchDirectory(std::string name) {
  std::vector<std::string>& known = injection_.search_directories;
  if (std::find(known.begin(), known.end(), name) == known.end()) known.push_back(std::move(name));
}

void InjectionBuilder::AddHelperLogin(HelperLogin login) {
  injection_.helper_logins.push_back(std::move(login));
}

void InjectionBuilder::AddScrubValue(ScrubValue value) {
  if (!value.value.empty()) injection_.scrub_values.push_back(std::move(value));
}

void InjectionBuilder::AddNote(std::string note) { injection_.notes.push_back(std::move(note)); }

void InjectionBuilder::AddWarning(std::string warning) {
  injection_.warnings.push_back(std::move(warning));
}

Result<Injection> InjectionBuilder::Build() && {
  for (Removal& removal : removals_) {
    const std::string& name = removal.variable.name;
    if (const ClaimRecord* claim = FindClaim(VariableClaim(name))) {
      if (claim->owner.name == removal.owner.name) continue;
      return Error(ErrorCode::kConflict, VariableClaim(name) + ": " + claim->owner.name +
                                             " sets it and " + removal.owner.name +
                                             " cannot work beside it")
          .WithHint(claim->owner.remedy);
    }
    const bool listed =
        std::any_of(injection_.removed_variables.begin(), injection_.removed_variables.end(),
                    [&](const RemovedVariable& other) { return other.name == name; });
    if (!listed) injection_.removed_variables.push_back(std::move(removal.variable));
  }
  return std::move(injection_);
}

}  // namespace injector
