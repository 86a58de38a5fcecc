#pragma once
// One connection on its way into the job: what a type's translator reads fields from and writes
// variables and files to. It puts the prefix in front of names, fills in origins, and knows which
// names a field may not become, so that a translator says only what its tools read.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/inject/field_text.h"
#include "injector/inject/injection_builder.h"
#include "injector/inject/user_configuration.h"
#include "injector/model/connection.h"
#include "injector/model/credential_endpoint.h"

namespace injector {

// Where the names of a type's variables come from, which decides how far they are trusted.
enum class NameSource {
  kTranslator,  // fixed in our code: checked only once a prefix has changed them
  kConnection,  // made from fields or aliases: no steering or session name (steering_names.h)
};

// What is around a connection in this job.
struct Surroundings {
  std::span<const UserConfiguration> user_configuration;
  const CredentialEndpoint* endpoint = nullptr;  // null: none
  std::string_view helper_program = {};          // empty: none
};

class Translation {
 public:
  // `connection`, what `surroundings` refers to, and `builder` must outlive this object. Requires:
  // `prefix` is empty or a variable name.
  Translation(const Connection& connection, std::string prefix, NameSource names,
              const Surroundings& surroundings, InjectionBuilder& builder);

  // As this one, for a connection that was made of this one's fields; it must outlive the result.
  Translation Of(const Connection& connection) const {
    return {connection, prefix_, names_, surroundings_, builder_};
  }

  const Connection& connection() const { return connection_; }
  const std::string& prefix() const { return prefix_; }
  // "type.alias"
  const std::string& label() const { return label_; }
  // The alias as a part of a variable name.
  std::string NamePart() const;

  // See ReadField (field_text.h).
  Result<std::optional<FieldText>> Field(std::string_view name) const;
  // As Field; kInvalidArgument when it is absent.
  Result<FieldText> RequiredField(std::string_view name) const;
  // An error about the content of `field`: "@type.alias: <field> <complaint>".
  Error FieldError(std::string_view field, std::string_view complaint) const;

  // Sets <prefix><name> to the text of a field, or to one derived from it.
  Status SetText(std::string_view name, const FieldText& value);
  // Sets <prefix><variable.name>. `variable.origin` is the field's name.
  Status Set(InjectedVariable variable);
  // <prefix><name> is to leave the inherited environment, unless this connection sets it.
  void Remove(std::string_view name);

  // A file of this connection's own.
  Result<std::size_t> AddFile(std::string_view name, Secret content);
  // A file that all connections with the same prefix share; see InjectionBuilder.
  std::size_t SharedFile(std::string_view name);
  Secret& ContentOf(std::size_t file) { return builder_.ContentOf(file); }
  // See InjectionBuilder.
  void MentionPath(std::size_t file, std::size_t offset, std::size_t mentioned) {
    builder_.MentionPath(file, offset, mentioned);
  }
  // This connection's `value` for `entry` ("registry ghcr.io") of what is shared.
  Status Claim(std::string_view entry, Secret value);
  void AddLink(std::string_view name, std::string target);

  // A setting of git's; it knows no prefix. `setting.origin` is the field's name.
  void AddGitSetting(GitSetting setting);
  // A directory, below the private one, in which the job finds programs after all others.
  void AddSearchDirectory(std::string_view name);
  // Tools of the job are to ask for this login. Makes the links by whose names they ask.
  // kInvalidArgument where no program answers.
  Status OfferLogin(HelperLogin login);
  // Where the link of that program is, below the private directory.
  static std::string_view HelperPath(HelperLogin::Protocol protocol);

  // A form that we make of a secret field (base64, percent-encoded), to be scrubbed beside it.
  void AddScrubForm(std::string_view field, Secret form);
  void AddNote(std::string_view note);
  void AddWarning(std::string_view warning);

  // nullptr when the caller found none of this kind.
  const UserConfiguration* FindUserConfiguration(UserConfigurationKind kind) const;

  // nullptr where no source has one.
  const CredentialEndpoint* endpoint() const { return surroundings_.endpoint; }

  // The connection as one URI, for CONN_<NAME>_URI.
  void OfferUri(FieldText uri) { uri_ = std::move(uri); }
  const std::optional<FieldText>& uri() const { return uri_; }

 private:
  // Why this connection may not set `variable`; empty when it may.
  std::string_view WhyRefused(std::string_view variable) const;

  const Connection& connection_;
  std::string prefix_;
  NameSource names_;
  Surroundings surroundings_;
  InjectionBuilder& builder_;
  std::string label_;
  InjectionOwner owner_;
  std::optional<FieldText> uri_;
};

}  // namespace injector
