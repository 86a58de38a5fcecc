// What MySQL's and MariaDB's programs read: an option file, because no variable of theirs holds the
// user or, for the libraries, the host (MySQL Reference Manual, "Environment Variables" and "Using
// Option Files"; MariaDB, "Configuring MariaDB with Option Files").

#include <algorithm>

#include "injector/inject/types/database_url.h"
#include "injector/inject/types/field_variables.h"
#include "injector/inject/types/mysql_option_file.h"
#include "injector/inject/types/pem_file.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

// Variables that the programs read themselves, and the two that only scripts do.
constexpr FieldRow kVariables[] = {{"password", "MYSQL_PWD"},
                                   {"port", "MYSQL_TCP_PORT"},
                                   {"host", "MYSQL_HOST"},
                                   {"login", "MYSQL_USER"}};

// A login path file is read after everything else, whatever the option file says; a group suffix
// adds groups that come after ours.
constexpr std::string_view kRemoved[] = {"MYSQL_TEST_LOGIN_FILE", "MYSQL_GROUP_SUFFIX",
                                         "MARIADB_GROUP_SUFFIX"};

bool IsSocket(const std::optional<FieldText>& host) {
  return host && host->text.Reveal().starts_with('/');
}

class OptionFile {
 public:
  explicit OptionFile(Translation& translation) : translation_(translation) {}

  Status Build(const DatabaseAddress& address) {
    content_.Append("[client]\n");
    RETURN_IF_ERROR(Add(IsSocket(address.host) ? "socket" : "host", address.host));
    RETURN_IF_ERROR(Add("port", address.port));
    // "localhost" means the socket to them, unless told otherwise; who names a port means TCP.
    if (address.port && !IsSocket(address.host)) content_.Append("protocol=tcp\n");
    RETURN_IF_ERROR(Add("user", address.login));
    RETURN_IF_ERROR(Add("password", address.password));
    ASSIGN_OR_RETURN(const std::optional<FieldText> charset, translation_.Field("charset"));
    RETURN_IF_ERROR(Add("default-character-set", charset));
    RETURN_IF_ERROR(AddCa());
    // Not for [client]: mysqladmin and mysqldump refuse to start over a `database` there.
    if (address.schema) content_.Append("[mysql]\n");
    return Add("database", address.schema);
  }

  // Writes it, and makes the programs find it: they look for my.cnf in that directory.
  Status Publish() && {
    ASSIGN_OR_RETURN(const std::size_t file,
                     translation_.AddFile("my.cnf", std::move(content_).Build()));
    if (ca_) translation_.MentionPath(file, ca_->offset, ca_->file);
    for (const char* name : {"MYSQL_HOME", "MARIADB_HOME"}) {
      RETURN_IF_ERROR(translation_.Set({.name = name,
                                        .kind = InjectedVariable::Kind::kFileDirectory,
                                        .file = file,
                                        .origin = "password"}));
    }
    return {};
  }

 private:
  Status Add(std::string_view option, const std::optional<FieldText>& value) {
    if (!value) return {};
    const std::optional<Secret> quoted = MysqlOptionValue(value->text.Reveal());
    if (!quoted) {
      return translation_.FieldError(value->field,
                                     "is too long for an option file, or holds a NUL byte");
    }
    // As it stands in the file, where a backslash or a quote is doubled.
    if (value->secret) translation_.AddScrubForm(value->field, quoted->Clone());
    content_.Append(option);
    content_.Append("=");
    content_.Append(quoted->Reveal());
    content_.Append("\n");
    return {};
  }

  // A PEM text becomes a file of its own; anything else is already a path.
  Status AddCa() {
    ASSIGN_OR_RETURN(const std::optional<FieldText> ca, translation_.Field("ssl_ca"));
    if (!ca || !IsPemText(*ca)) return Add("ssl-ca", ca);
    ASSIGN_OR_RETURN(const std::size_t file, AddPemFile(translation_, "ssl_ca.pem", *ca));
    content_.Append("ssl-ca=\"");
    ca_ = Ca{file, content_.size()};
    content_.Append("\"\n");
    return {};
  }

  struct Ca {
    std::size_t file;
    std::size_t offset;  // of its path in the content
  };

  Translation& translation_;
  SecretBuilder content_;
  std::optional<Ca> ca_;
};

// The user's own ~/.my.cnf is read after ours.
void WarnOfUserFile(Translation& translation) {
  const UserConfiguration* users =
      translation.FindUserConfiguration(UserConfigurationKind::kMysqlOptions);
  if (users == nullptr || !users->content) return;
  if (users->content->Reveal().find("[client") == std::string_view::npos) return;
  translation.AddWarning(users->path + " wins over this connection's option file; pass " +
                         "--defaults-file=\"$" + translation.prefix() + "MYSQL_HOME/my.cnf\"");
}

Status SetUrl(Translation& translation, const DatabaseAddress& address) {
  DatabaseUrl url("mysql", address);
  if (IsSocket(address.host)) url.AppendParameter("unix_socket", address.host);
  ASSIGN_OR_RETURN(const std::optional<FieldText> charset, translation.Field("charset"));
  url.AppendParameter("charset", charset);
  ASSIGN_OR_RETURN(const std::optional<FieldText> ca, translation.Field("ssl_ca"));
  if (ca && !IsPemText(*ca)) url.AppendParameter("ssl_ca", ca);
  url.AppendParameters(TakeUrlParameters(translation, "mysql"));
  return SetDatabaseUrl(translation, address, std::move(url));
}

}  // namespace

Status TranslateMysql(Translation& translation) {
  ASSIGN_OR_RETURN(const DatabaseAddress address, ReadDatabaseAddress(translation));
  RETURN_IF_ERROR(RefuseHostList(translation, address));
  OptionFile options(translation);
  RETURN_IF_ERROR(options.Build(address));
  RETURN_IF_ERROR(std::move(options).Publish());
  RETURN_IF_ERROR(SetFieldVariables(translation, kVariables));
  for (const std::string_view name : kRemoved) translation.Remove(name);
  // Never port and password of another server, which the shim inherited.
  if (address.host) {
    for (const char* name : {"MYSQL_TCP_PORT", "MYSQL_UNIX_PORT", "MYSQL_PWD"})
      translation.Remove(name);
  }
  WarnOfUserFile(translation);
  return SetUrl(translation, address);
}

}  // namespace injector
