// Files for the two families of Kafka clients, which read no variables: properties for those of
// Java (kafka.apache.org, "Security"), a configuration for kcat and librdkafka (its
// CONFIGURATION.md; kcat finds the file through KCAT_CONFIG).

#include <string>

#include "injector/base/ascii.h"
#include "injector/inject/types/field_variables.h"
#include "injector/inject/types/java_properties.h"
#include "injector/inject/types/pem_file.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

std::string_view LoginModule(std::string_view mechanism) {
  if (mechanism == "PLAIN") return "org.apache.kafka.common.security.plain.PlainLoginModule";
  if (mechanism == "SCRAM-SHA-256" || mechanism == "SCRAM-SHA-512") {
    return "org.apache.kafka.common.security.scram.ScramLoginModule";
  }
  return {};
}

// As JAAS has it (javax.security.auth.login.Configuration): in quotes, with backslash escapes.
Secret JaasQuoted(std::string_view text) {
  SecretBuilder quoted;
  quoted.Append('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted.Append('\\');
    quoted.Append(c);
  }
  quoted.Append('"');
  return std::move(quoted).Build();
}

// A line of librdkafka's ends at its line break, and blanks around a value are dropped.
Status CheckValue(const Translation& translation, const FieldText& value) {
  const std::string_view text = value.text.Reveal();
  if (HoldsAsciiControl(text)) {
    return translation.FieldError(value.field, "holds a control character");
  }
  if (StripAsciiSpace(text) == text) return {};
  return translation.FieldError(value.field, "begins or ends with a blank, which kcat would drop");
}

class ClientFiles {
 public:
  explicit ClientFiles(Translation& translation) : translation_(translation) {}

  Status Build() {
    RETURN_IF_ERROR(translation_.RequiredField("bootstrap_servers"));
    RETURN_IF_ERROR(AddBoth("bootstrap.servers", "bootstrap_servers"));
    RETURN_IF_ERROR(AddProtocol());
    RETURN_IF_ERROR(AddLogin());
    return AddCa();
  }

  Status Publish() && {
    ASSIGN_OR_RETURN(const std::size_t java,
                     translation_.AddFile("client.properties", std::move(java_).Build()));
    ASSIGN_OR_RETURN(const std::size_t kcat,
                     translation_.AddFile("kcat.conf", std::move(kcat_).Build()));
    if (ca_) {
      translation_.MentionPath(java, ca_->java_offset, ca_->file);
      translation_.MentionPath(kcat, ca_->kcat_offset, ca_->file);
    }
    RETURN_IF_ERROR(SetPath("KAFKA_CLIENT_PROPERTIES", java));
    return SetPath("KCAT_CONFIG", kcat);
  }

 private:
  struct Ca {
    std::size_t file;
    std::size_t java_offset, kcat_offset;  // of its path in each content
  };

  void AddJava(std::string_view name, std::string_view value) {
    java_.Append(name);
    java_.Append('=');
    java_.Append(JavaPropertyValue(value).Reveal());
    java_.Append('\n');
  }

  void AddKcat(std::string_view name, std::string_view value) {
    kcat_.Append(name);
    kcat_.Append('=');
    kcat_.Append(value);
    kcat_.Append('\n');
  }

  Status AddBoth(std::string_view name, std::string_view field) {
    ASSIGN_OR_RETURN(const std::optional<FieldText> value, translation_.Field(field));
    if (!value) return {};
    RETURN_IF_ERROR(CheckValue(translation_, *value));
    AddJava(name, value->text.Reveal());
    AddKcat(name, value->text.Reveal());
    return {};
  }

  // Who has a login means SASL, who has a CA TLS; and a login goes over TLS unless told otherwise.
  Status AddProtocol() {
    ASSIGN_OR_RETURN(const std::optional<FieldText> protocol,
                     translation_.Field("security_protocol"));
    ASSIGN_OR_RETURN(const std::optional<FieldText> login, translation_.Field("sasl_username"));
    if (protocol) return AddBoth("security.protocol", "security_protocol");
    ASSIGN_OR_RETURN(const std::optional<FieldText> ca, translation_.Field("ssl_ca"));
    if (!login && !ca) return {};
    const std::string_view implied = login ? "SASL_SSL" : "SSL";
    AddJava("security.protocol", implied);
    AddKcat("security.protocol", implied);
    return {};
  }

  Status AddLogin() {
    ASSIGN_OR_RETURN(const std::optional<FieldText> login, translation_.Field("sasl_username"));
    ASSIGN_OR_RETURN(const std::optional<FieldText> password, translation_.Field("sasl_password"));
    if (!login && !password) return {};
    if (!login) return translation_.FieldError("sasl_username", "is missing beside sasl_password");
    if (!password)
      return translation_.FieldError("sasl_password", "is missing beside sasl_username");
    for (const FieldText* value : {&*login, &*password}) {
      RETURN_IF_ERROR(CheckValue(translation_, *value));
    }
    ASSIGN_OR_RETURN(const std::optional<FieldText> named, translation_.Field("sasl_mechanism"));
    const std::string_view mechanism = named ? named->text.Reveal() : "PLAIN";
    const std::string_view module = LoginModule(mechanism);
    if (module.empty()) {
      return translation_.FieldError("sasl_mechanism", "is neither PLAIN nor one of SCRAM");
    }
    AddSasl(mechanism, module, *login, *password);
    return {};
  }

  void AddSasl(std::string_view mechanism, std::string_view module, const FieldText& login,
               const FieldText& password) {
    AddKcat("sasl.mechanisms", mechanism);
    AddKcat("sasl.username", login.text.Reveal());
    AddKcat("sasl.password", password.text.Reveal());
    AddJava("sasl.mechanism", mechanism);
    const Secret quoted = JaasQuoted(password.text.Reveal());
    AddJava("sasl.jaas.config",
            Secret::Concat({module, " required username=", JaasQuoted(login.text.Reveal()).Reveal(),
                            " password=", quoted.Reveal(), ";"})
                .Reveal());
    // As it stands in either file.
    translation_.AddScrubForm(password.field, quoted.Clone());
    translation_.AddScrubForm(password.field, JavaPropertyValue(quoted.Reveal()));
  }

  Status AddCa() {
    ASSIGN_OR_RETURN(const std::optional<FieldText> ca, translation_.Field("ssl_ca"));
    if (!ca) return {};
    AddJava("ssl.truststore.type", "PEM");
    if (!IsPemText(*ca)) {
      RETURN_IF_ERROR(CheckValue(translation_, *ca));
      AddJava("ssl.truststore.location", ca->text.Reveal());
      AddKcat("ssl.ca.location", ca->text.Reveal());
      return {};
    }
    ASSIGN_OR_RETURN(const std::size_t file, AddPemFile(translation_, "ssl_ca.pem", *ca));
    java_.Append("ssl.truststore.location=");
    kcat_.Append("ssl.ca.location=");
    ca_ = Ca{file, java_.size(), kcat_.size()};
    java_.Append('\n');
    kcat_.Append('\n');
    return {};
  }

  Status SetPath(std::string_view name, std::size_t file) {
    return translation_.Set({.name = std::string(name),
                             .kind = InjectedVariable::Kind::kFilePath,
                             .file = file,
                             .origin = "bootstrap_servers"});
  }

  Translation& translation_;
  SecretBuilder java_, kcat_;
  std::optional<Ca> ca_;
};

}  // namespace

Status TranslateKafka(Translation& translation) {
  static constexpr FieldRow kRows[] = {{"bootstrap_servers", "KAFKA_BOOTSTRAP_SERVERS"}};
  ClientFiles files(translation);
  RETURN_IF_ERROR(files.Build());
  RETURN_IF_ERROR(std::move(files).Publish());
  translation.AddNote(
      "Kafka's own programs take the file by --command-config or --consumer.config "
      "\"$" +
      translation.prefix() + "KAFKA_CLIENT_PROPERTIES\"");
  return SetFieldVariables(translation, kRows);
}

}  // namespace injector
