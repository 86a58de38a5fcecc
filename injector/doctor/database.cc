// Type database: the check of the database that it turns out to be.

#include <algorithm>

#include "injector/base/ascii.h"
#include "injector/doctor/checks.h"
#include "injector/doctor/fields.h"
#include "injector/model/airflow_uri.h"
#include "injector/model/catalogue.h"

namespace injector::doctor {
namespace {

// "postgresql+psycopg2" is PostgreSQL by a certain driver (SQLAlchemy, "Database URLs").
std::string TypeOf(std::string_view dialect) {
  return std::string(TypeInfoFor(ToAsciiLower(dialect.substr(0, dialect.find('+')))).name);
}

// "sqlite:///relative", "sqlite:////absolute" (SQLAlchemy, "SQLite").
Connection SqliteOf(const Connection& connection, std::string_view uri) {
  constexpr std::string_view kBefore = ":///";
  const std::size_t at = uri.find(kBefore);
  const std::string_view path = at == uri.npos ? "" : uri.substr(at + kBefore.size());
  Connection described;
  described.name = {"sqlite", connection.name.alias};
  described.fields.push_back({"path", Value::String(path.substr(0, path.find('?')))});
  return described;
}

Result<Connection> Described(const Connection& connection) {
  ASSIGN_OR_RETURN(const Secret uri, FieldValue(connection, "uri"));
  ASSIGN_OR_RETURN(const std::string dialect, PlainField(connection, "dialect"));
  if (uri.empty()) {
    Connection described = connection.Clone();
    described.name.type = TypeOf(dialect);
    return described;
  }
  const std::size_t scheme = std::min(uri.Reveal().find("://"), uri.size());
  const std::string type = TypeOf(uri.Reveal().substr(0, scheme));
  if (type == "sqlite") return SqliteOf(connection, uri.Reveal());
  const Secret plain = Secret::Concat({type, uri.Reveal().substr(scheme)});
  ASSIGN_OR_RETURN(Connection described, ParseAirflowUri(plain.Reveal()));
  described.name = {type, connection.name.alias};
  return described;
}

}  // namespace

Result<std::string> CheckDatabase(CheckContext& context) {
  ASSIGN_OR_RETURN(const Connection described, Described(context.connection));
  const Check check = described.name.type == "database" ? nullptr : CheckFor(described.name.type);
  if (check == nullptr) return std::string("not tried: its dialect has no check");
  CheckContext inner{.connection = described,
                     .network = context.network,
                     .clock = context.clock,
                     .ca_file = context.ca_file,
                     .say = context.say};
  return check(inner);
}

}  // namespace injector::doctor
