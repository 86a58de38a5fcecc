#include "injector/inject/translation.h"

#include <algorithm>
#include <utility>

#include "injector/base/variable_name.h"
#include "injector/inject/field_scrub_values.h"
#include "injector/inject/steering_names.h"

namespace injector {
namespace {

using WhenInherited = InjectedVariable::WhenInherited;

InjectionOwner OwnerOf(const ConnectionName& name) {
  const std::string full = name.Full();
  return {full,
          "give one of them a prefix, as in -c " + full + "=" + VariableNamePart(name.alias) + "_"};
}

}  // namespace

Translation::Translation(const Connection& connection, std::string prefix, NameSource names,
                         const Surroundings& surroundings, InjectionBuilder& builder)
    : connection_(connection),
      prefix_(std::move(prefix)),
      names_(names),
      surroundings_(surroundings),
      builder_(builder),
      label_(connection.name.type + "." + connection.name.alias),
      owner_(OwnerOf(connection.name)) {}

std::string Translation::NamePart() const { return VariableNamePart(connection_.name.alias); }

Result<std::optional<FieldText>> Translation::Field(std::string_view name) const {
  return ReadField(connection_, name);
}

Result<FieldText> Translation::RequiredField(std::string_view name) const {
  ASSIGN_OR_RETURN(std::optional<FieldText> field, Field(name));
  if (!field) return FieldError(name, "is missing");
  return *std::move(field);
}

Error Translation::FieldError(std::string_view field, std::string_view complaint) const {
  return Error(ErrorCode::kInvalidArgument,
               connection_.name.Full() + ": " + std::string(field) + " " + std::string(complaint));
}

Status Translation::SetText(std::string_view name, const FieldText& value) {
  return Set({.name = std::string(name),
              .text = value.text.Clone(),
              .secret = value.secret,
              .when_inherited = value.secret ? WhenInherited::kConflict : WhenInherited::kOverwrite,
              .origin = value.field});
}

std::string_view Translation::WhyRefused(std::string_view variable) const {
  if (names_ == NameSource::kTranslator && prefix_.empty()) return {};
  const std::string_view steering = WhySteering(variable);
  if (!steering.empty() || names_ == NameSource::kTranslator) return steering;
  return WhySessions(variable);
}

Status Translation::Set(InjectedVariable variable) {
  variable.name.insert(0, prefix_);
  const std::string_view reason = WhyRefused(variable.name);
  if (!reason.empty()) {
    return FieldError(variable.origin,
                      "would set " + variable.name + ", which is refused: " + std::string(reason))
        .WithHint("rename the field, or " + owner_.remedy);
  }
  variable.owner = label_;
  variable.origin = label_ + "." + variable.origin;
  return builder_.SetVariable(owner_, std::move(variable));
}

void Translation::Remove(std::string_view name) {
  builder_.RemoveVariable(owner_, {prefix_ + std::string(name), label_});
}

Result<std::size_t> Translation::AddFile(std::string_view name, Secret content) {
  return builder_.AddFile(owner_, {label_ + "/" + std::string(name), std::move(content), label_});
}

std::size_t Translation::SharedFile(std::string_view name) {
  return builder_.SharedFile(prefix_ + std::string(name), label_);
}

Status Translation::Claim(std::string_view entry, Secret value) {
  std::string what(entry);
  // With another prefix it is another file.
  if (!prefix_.empty()) what += " (prefix " + prefix_ + ")";
  return builder_.Claim(owner_, std::move(what), std::move(value));
}

void Translation::AddLink(std::string_view name, std::string target) {
  builder_.AddLink({prefix_ + std::string(name), std::move(target), label_});
}

void Translation::AddGitSetting(GitSetting setting) {
  setting.origin = label_ + "." + setting.origin;
  builder_.AddGitSetting(std::move(setting));
}

std::string_view Translation::HelperPath(HelperLogin::Protocol protocol) {
  switch (protocol) {
    case HelperLogin::Protocol::kDocker:
      return "bin/docker-credential-runner-shim";
    case HelperLogin::Protocol::kGit:
      break;
  }
  return "bin/git-credential-runner-shim";
}

Status Translation::OfferLogin(HelperLogin login) {
  if (surroundings_.helper_program.empty()) {
    return FieldError("delivery", "is helper, and there is no runner-shim here to be asked");
  }
  builder_.AddLink(
      {std::string(HelperPath(login.protocol)), std::string(surroundings_.helper_program), label_});
  builder_.AddHelperLogin(std::move(login));
  return {};
}

void Translation::AddSearchDirectory(std::string_view name) {
  builder_.AddSearchDirectory(std::string(name));
}

void Translation::AddScrubForm(std::string_view field, Secret form) {
  if (IsExemptFromScrubbing(connection_, field)) return;
  builder_.AddScrubValue({label_ + "." + std::string(field), std::move(form)});
}

void Translation::AddNote(std::string_view note) {
  builder_.AddNote(connection_.name.Full() + ": " + std::string(note));
}

void Translation::AddWarning(std::string_view warning) {
  builder_.AddWarning(connection_.name.Full() + ": " + std::string(warning));
}

const UserConfiguration* Translation::FindUserConfiguration(UserConfigurationKind kind) const {
  const auto& all = surroundings_.user_configuration;
  const auto found = std::find_if(all.begin(), all.end(),
                                  [kind](const auto& entry) { return entry.kind == kind; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace injector
