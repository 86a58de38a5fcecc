// A file for msmtp (msmtp(1), "CONFIGURATION FILES"), which no variable makes it find, and the
// variables that programs with a mailer of their own mostly read.

#include <string>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/base/loopback.h"
#include "injector/inject/types/field_variables.h"
#include "injector/inject/types/flag_field.h"
#include "injector/inject/types/host_port.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

constexpr FieldRow kRows[] = {{"host", "SMTP_HOST"},
                              {"port", "SMTP_PORT"},
                              {"login", "SMTP_USER"},
                              {"password", "SMTP_PASSWORD"},
                              {"from", "SMTP_FROM"}};

// Of a line of 500 bytes, less the longest command and the quotes.
constexpr std::size_t kLongestValue = 480;

// TLS from the first byte on is spoken at this port, STARTTLS at others (RFC 8314, section 7.3).
constexpr std::string_view kImplicitTlsPort = "465";

class MsmtpFile {
 public:
  explicit MsmtpFile(const Translation& translation) : translation_(translation) {}

  Result<Secret> Build() && {
    text_.Append("account default\n");
    RETURN_IF_ERROR(Add("host", "host"));
    RETURN_IF_ERROR(Add("port", "port"));
    RETURN_IF_ERROR(Add("from", "from"));
    ASSIGN_OR_RETURN(const std::optional<bool> tls, ReadFlag(translation_, "tls"));
    if (tls.value_or(true)) {
      RETURN_IF_ERROR(AddTls());
    } else {
      text_.Append("tls off\n");
    }
    ASSIGN_OR_RETURN(const std::optional<FieldText> login, translation_.Field("login"));
    // Of itself msmtp sends no password without TLS; who has turned that off wants it sent.
    text_.Append(!login ? "auth off\n" : tls.value_or(true) ? "auth on\n" : "auth plain\n");
    RETURN_IF_ERROR(Add("user", "login"));
    RETURN_IF_ERROR(Add("password", "password"));
    return std::move(text_).Build();
  }

 private:
  // In quotes a value may hold anything, quotes included: only the outer ones are taken off.
  Status Add(std::string_view command, std::string_view field) {
    ASSIGN_OR_RETURN(const std::optional<FieldText> value, translation_.Field(field));
    if (!value) return {};
    if (HoldsAsciiControl(value->text.Reveal())) {
      return translation_.FieldError(field, "holds a control character, which mail cannot");
    }
    if (value->text.size() > kLongestValue) {
      return translation_.FieldError(field, "is longer than 480 bytes, which msmtp cannot read");
    }
    text_.Append(command);
    text_.Append(" \"");
    text_.Append(value->text.Reveal());
    text_.Append("\"\n");
    return {};
  }

  Status AddTls() {
    ASSIGN_OR_RETURN(const std::optional<FieldText> port, translation_.Field("port"));
    const bool implicit = port && port->text.Reveal() == kImplicitTlsPort;
    text_.Append(implicit ? "tls on\ntls_starttls off\n" : "tls on\n");
    return {};
  }

  const Translation& translation_;
  SecretBuilder text_;
};

// As AUTH PLAIN sends login and password (RFC 4616), which clients show when they are verbose.
Status AddScrubForms(Translation& translation) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> login, translation.Field("login"));
  ASSIGN_OR_RETURN(const std::optional<FieldText> password, translation.Field("password"));
  if (!login || !password) return {};
  const Secret plain = Secret::Concat({std::string_view("\0", 1), login->text.Reveal(),
                                       std::string_view("\0", 1), password->text.Reveal()});
  translation.AddScrubForm("password", Base64Encode(plain.Reveal()));
  return {};
}

Status WarnOfClearText(Translation& translation) {
  ASSIGN_OR_RETURN(const std::optional<bool> tls, ReadFlag(translation, "tls"));
  ASSIGN_OR_RETURN(const FieldText host, translation.RequiredField("host"));
  ASSIGN_OR_RETURN(const std::optional<FieldText> password, translation.Field("password"));
  if (password && !tls.value_or(true) && !IsLoopback(host.text.Reveal())) {
    translation.AddWarning("tls is false: the password travels unencrypted");
  }
  return {};
}

}  // namespace

Status TranslateSmtp(Translation& translation) {
  RETURN_IF_ERROR(translation.RequiredField("host"));
  RETURN_IF_ERROR(ReadPort(translation));
  ASSIGN_OR_RETURN(Secret content, MsmtpFile(translation).Build());
  RETURN_IF_ERROR(SetFieldVariables(translation, kRows));
  RETURN_IF_ERROR(AddScrubForms(translation));
  RETURN_IF_ERROR(WarnOfClearText(translation));
  // Those of another account, which the shim inherited.
  for (const FieldRow& row : kRows) translation.Remove(row.variable);
  ASSIGN_OR_RETURN(const std::size_t file, translation.AddFile("msmtprc", std::move(content)));
  translation.AddNote("msmtp takes the account by: msmtp --file=\"$" + translation.prefix() +
                      "MSMTPRC\"; the user's own ~/.msmtprc is not read beside it");
  return translation.Set({.name = "MSMTPRC",
                          .kind = InjectedVariable::Kind::kFilePath,
                          .file = file,
                          .when_inherited = InjectedVariable::WhenInherited::kOverwrite,
                          .origin = "password"});
}

}  // namespace injector
