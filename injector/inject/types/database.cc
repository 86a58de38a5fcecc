// A database of which only the dialect says what it is: as the type of that name.

#include <algorithm>
#include <string>

#include "injector/base/percent.h"
#include "injector/inject/field_scrub_values.h"
#include "injector/inject/types/translators.h"
#include "injector/model/airflow_uri.h"

namespace injector {
namespace {

constexpr std::string_view kSqliteUrl = "sqlite:///";

// The dialect of "postgresql+psycopg2://…": SQLAlchemy names the driver behind a plus sign.
std::string_view DialectOf(std::string_view uri) {
  const std::size_t scheme_end = uri.find("://");
  if (scheme_end == std::string_view::npos) return {};
  const std::string_view scheme = uri.substr(0, scheme_end);
  return scheme.substr(0, scheme.find('+'));
}

// nullptr for any other type.
const TypeTranslator* DatabaseType(std::string_view dialect) {
  const TypeTranslator& type = TranslatorFor(dialect == "sqlite3" ? "sqlite" : dialect);
  const bool is_one = type.type == "postgres" || type.type == "mysql" || type.type == "sqlite";
  return is_one ? &type : nullptr;
}

Result<const TypeTranslator*> ReadDialect(const Translation& translation,
                                          const std::optional<FieldText>& uri) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> dialect, translation.Field("dialect"));
  if (dialect) {
    const TypeTranslator* type = DatabaseType(dialect->text.Reveal());
    if (type != nullptr) return type;
    return translation.FieldError("dialect", "is none of postgres, mysql and sqlite");
  }
  if (!uri) return translation.FieldError("dialect", "is missing, and so is uri");
  const TypeTranslator* type = DatabaseType(DialectOf(uri->text.Reveal()));
  if (type != nullptr) return type;
  return translation.FieldError("uri", "begins with none of postgresql://, mysql:// and sqlite://");
}

Result<std::vector<Field>> FieldsOfUri(const Translation& translation, const Secret& uri) {
  Result<Connection> parsed = ParseAirflowUri(uri.Reveal());
  if (parsed.ok()) return std::move(parsed->fields);
  return translation.FieldError("uri", "cannot be read: " + parsed.error().message())
      .WithHint(parsed.error().hint());
}

Result<std::vector<Field>> SqliteFields(const Translation& translation, std::string_view uri) {
  std::optional<Secret> path;
  if (uri.starts_with(kSqliteUrl)) {
    path = PercentDecode(uri.substr(kSqliteUrl.size(), uri.find('?') - kSqliteUrl.size()));
  }
  if (!path || path->empty()) {
    return translation.FieldError("uri", "is not sqlite:///PATH");
  }
  // Its parameters as those of any other.
  const std::string_view query = uri.substr(std::min(uri.find('?'), uri.size()));
  ASSIGN_OR_RETURN(std::vector<Field> fields,
                   FieldsOfUri(translation, Secret::Concat({kSqliteUrl, query})));
  fields.push_back({"path", Value::String(*std::move(path))});
  return fields;
}

// The connection that `uri` describes, under the name and with the exemptions of this one.
Result<Connection> PartsOf(const Translation& translation, const FieldText& uri) {
  const std::string_view text = uri.text.Reveal();
  Connection parts;
  parts.name = translation.connection().name;
  parts.no_scrub = translation.connection().no_scrub;
  if (IsExemptFromScrubbing(translation.connection(), "uri")) parts.no_scrub.push_back("password");
  if (text.starts_with("sqlite")) {
    ASSIGN_OR_RETURN(parts.fields, SqliteFields(translation, text));
    return parts;
  }
  // Without the driver, which would be part of the type.
  const std::string_view rest = text.substr(text.find("://"));
  const Secret plain = Secret::Concat({DialectOf(text), rest});
  ASSIGN_OR_RETURN(parts.fields, FieldsOfUri(translation, plain));
  return parts;
}

}  // namespace

Status TranslateDatabase(Translation& translation) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> uri, translation.Field("uri"));
  ASSIGN_OR_RETURN(const TypeTranslator* const type, ReadDialect(translation, uri));
  if (!uri) return type->translate(translation);
  ASSIGN_OR_RETURN(const Connection parts, PartsOf(translation, *uri));
  Translation inner = translation.Of(parts);
  RETURN_IF_ERROR(type->translate(inner));
  if (inner.uri()) translation.OfferUri(inner.uri()->Clone());
  return {};
}

}  // namespace injector
