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
  const std::string name = ToAsciiLower(dialect.substr(0, dialect.find('+')));
  return std::string(TypeInfoFor(name == "sqlite3" ? "sqlite" : name).name);
}

Connection SqliteOf(const CheckContext& context) {
  Connection described;
  described.name = {"sqlite", context.connection.name.alias};
  described.fields.push_back({"path", Value::String(VariableIn(context.injection, "SQLITE_PATH"))});
  return described;
}

// As inject/types/database.cc has it: a dialect wins over that of the URL.
Result<Connection> Described(const CheckContext& context) {
  const Connection& connection = context.connection;
  ASSIGN_OR_RETURN(const Secret uri, FieldValue(connection, "uri"));
  ASSIGN_OR_RETURN(const std::string dialect, PlainField(connection, "dialect"));
  const std::string_view text = uri.Reveal();
  const std::size_t scheme_end = std::min(text.find("://"), text.size());
  const std::string own = TypeOf(text.substr(0, scheme_end));
  const std::string type = dialect.empty() ? own : TypeOf(dialect);
  if (type == "sqlite") return SqliteOf(context);
  if (uri.empty()) {
    Connection described = connection.Clone();
    described.name.type = type;
    return described;
  }
  const Secret plain = Secret::Concat({own, text.substr(scheme_end)});
  ASSIGN_OR_RETURN(Connection described, ParseAirflowUri(plain.Reveal()));
  described.name = {type, connection.name.alias};
  return described;
}

}  // namespace

Result<std::string> CheckDatabase(CheckContext& context) {
  ASSIGN_OR_RETURN(const Connection described, Described(context));
  const Check check = described.name.type == "database" ? nullptr : CheckFor(described.name.type);
  if (check == nullptr) return std::string("not tried: its dialect has no check");
  CheckContext inner{.connection = described,
                     .network = context.network,
                     .clock = context.clock,
                     .ca_file = context.ca_file,
                     .say = context.say,
                     .injection = {}};  // which the checks of databases do not look at
  return check(inner);
}

}  // namespace injector::doctor
