#include "injector/exchange/dotenv_migration.h"

#include <algorithm>
#include <map>
#include <optional>

#include "injector/base/ascii.h"
#include "injector/exchange/connections_yaml.h"
#include "injector/model/catalogue.h"
#include "injector/model/redaction.h"
#include "injector/model/secret_names.h"

namespace injector {
namespace {

// Where a variable belongs.
struct Place {
  std::string type;
  std::string alias;
  std::string field;
};

struct FixedName {
  std::string_view variable;
  std::string_view type;
  std::string_view field;
};

// Names that follow no TYPE_FIELD form: those that a type's own tools and images read.
constexpr FixedName kFixedNames[] = {
    {"PGHOST", "postgres", "host"},
    {"PGPORT", "postgres", "port"},
    {"PGUSER", "postgres", "login"},
    {"PGPASSWORD", "postgres", "password"},
    {"PGDATABASE", "postgres", "schema"},
    {"PGSSLMODE", "postgres", "sslmode"},
    {"PGSSLROOTCERT", "postgres", "sslrootcert"},
    {"PGOPTIONS", "postgres", "options"},
    {"POSTGRES_DB", "postgres", "schema"},
    {"MYSQL_PWD", "mysql", "password"},
    {"MYSQL_TCP_PORT", "mysql", "port"},
    {"REDISCLI_AUTH", "redis", "password"},
    {"AWS_DEFAULT_REGION", "aws", "region"},
    {"GH_TOKEN", "github", "token"},
    {"NPM_TOKEN", "npm", "token"},
    {"VAULT_ADDR", "vault", "url"},
};

constexpr std::string_view kOnlyAlias = "main";

// What follows NAME_ in a family that names no type.
constexpr std::string_view kGenericFields[] = {
    "HOST",   "PORT", "USER",   "USERNAME", "LOGIN",   "PASSWORD", "PASS",  "DATABASE",
    "DBNAME", "NAME", "SCHEMA", "URL",      "API_KEY", "TOKEN",    "SECRET"};

std::string Upper(std::string_view name) {
  std::string upper = ToAsciiUpper(name);
  std::replace(upper.begin(), upper.end(), '-', '_');
  return upper;
}

// The canonical field of `type` that the upper-case `word` means; empty when none.
std::string_view FieldMeantBy(const TypeInfo& type, std::string_view word) {
  for (const FieldInfo& info : type.fields) {
    if (Upper(info.name) == word) return info.name;
    for (const std::string_view synonym : info.synonyms) {
      if (Upper(synonym) == word) return info.name;
    }
  }
  return {};
}

// `words` as NAME_FIELD, the field as long as can be; the name may be missing.
std::optional<Place> SplitNameAndField(const TypeInfo& type, std::string_view words) {
  for (std::size_t start = 0; start != std::string_view::npos;) {
    const std::string_view field = FieldMeantBy(type, words.substr(start));
    if (!field.empty()) {
      const std::string_view name = words.substr(0, start == 0 ? 0 : start - 1);
      return Place{std::string(type.name),
                   name.empty() ? std::string(kOnlyAlias) : ToAsciiLower(name), std::string(field)};
    }
    const std::size_t next = words.find('_', start);
    start = next == std::string_view::npos ? next : next + 1;
  }
  return std::nullopt;
}

std::optional<Place> PlaceInType(const TypeInfo& type, std::string_view type_word,
                                 std::string_view variable) {
  const std::string with_separator = std::string(type_word) + "_";
  if (variable.starts_with(with_separator)) {
    return SplitNameAndField(type, variable.substr(with_separator.size()));
  }
  const std::size_t inside = variable.find("_" + with_separator);
  if (inside == std::string_view::npos || inside == 0) return std::nullopt;
  const std::string_view field =
      FieldMeantBy(type, variable.substr(inside + 1 + with_separator.size()));
  if (field.empty()) return std::nullopt;
  return Place{std::string(type.name), ToAsciiLower(variable.substr(0, inside)),
               std::string(field)};
}

std::optional<Place> PlaceByFixedName(std::string_view variable) {
  for (const FixedName& fixed : kFixedNames) {
    if (fixed.variable != variable) continue;
    return Place{std::string(fixed.type), std::string(kOnlyAlias), std::string(fixed.field)};
  }
  return std::nullopt;
}

std::optional<Place> PlaceByType(std::string_view variable) {
  for (const TypeInfo& type : KnownTypes()) {
    if (type.name == "generic") continue;
    std::vector<std::string> words = {Upper(type.name)};
    for (const std::string_view synonym : type.synonyms) words.push_back(Upper(synonym));
    for (const std::string& word : words) {
      if (auto place = PlaceInType(type, word, variable)) return place;
    }
  }
  return std::nullopt;
}

std::optional<Place> PlaceByGenericField(std::string_view variable) {
  for (const std::string_view field : kGenericFields) {
    const std::string suffix = "_" + std::string(field);
    if (!variable.ends_with(suffix) || variable.size() == suffix.size()) continue;
    return Place{"generic", ToAsciiLower(variable.substr(0, variable.size() - suffix.size())),
                 field == "PASS" ? "password" : ToAsciiLower(field)};
  }
  return std::nullopt;
}

class Migrator {
 public:
  explicit Migrator(std::span<const DotenvEntry> entries) : entries_(entries) {}

  DotenvMigration Run() && {
    for (const DotenvEntry& entry : entries_) {
      std::optional<Place> place = FindPlace(entry);
      if (place) {
        Add(*std::move(place), entry);
      } else {
        LeaveOut(entry, "belongs to no family that is known");
      }
    }
    MarkDefaults();
    return std::move(migration_);
  }

 private:
  std::optional<Place> FindPlace(const DotenvEntry& entry) const {
    const std::string name = Upper(entry.name);
    std::optional<Place> place = PlaceByFixedName(name);
    if (!place) place = PlaceByType(name);
    if (!place) {
      place = PlaceByGenericField(name);
      if (place && !IsFamily(place->alias)) place.reset();
    }
    if (place && !IsValidAlias(place->alias)) place.reset();
    return place;
  }

  // Whether there is a host or a URL under that name, and something beside it.
  bool IsFamily(std::string_view alias) const {
    bool has_address = false;
    std::size_t members = 0;
    for (const DotenvEntry& entry : entries_) {
      const auto place = PlaceByGenericField(Upper(entry.name));
      if (!place || place->alias != alias || PlaceByType(Upper(entry.name))) continue;
      ++members;
      has_address = has_address || place->field == "host" || place->field == "url";
    }
    return has_address && members > 1;
  }

  void Add(Place place, const DotenvEntry& entry) {
    if (entry.value.empty()) return LeaveOut(entry, "is empty");
    Connection& connection = ConnectionFor(place);
    if (connection.FieldNamed(place.field) != nullptr) {
      return LeaveOut(entry, connection.name.Full() + " has its " + place.field + " already");
    }
    const bool secret = IsSecretField(connection, place.field) || IsSecretName(entry.name) ||
                        HoldsSecret(Value::String(entry.value.Reveal()));
    Secret text =
        secret ? Secret::Concat({"${", entry.name, "}"}) : LiteralText(entry.value.Reveal());
    connection.fields.push_back({std::move(place.field), Value::String(std::move(text))});
  }

  Connection& ConnectionFor(const Place& place) {
    auto& connections = migration_.connections;
    const ConnectionName name{place.type, place.alias};
    const auto found =
        std::find_if(connections.begin(), connections.end(),
                     [&](const Connection& connection) { return connection.name == name; });
    if (found != connections.end()) return *found;
    connections.emplace_back().name = name;
    return connections.back();
  }

  void LeaveOut(const DotenvEntry& entry, std::string reason) {
    migration_.unplaced.push_back({entry.name, std::move(reason)});
  }

  // `main`, made where no name was given, is what a job means that names the type alone.
  void MarkDefaults() {
    for (Connection& connection : migration_.connections) {
      connection.is_default = connection.name.alias == kOnlyAlias;
    }
  }

  std::span<const DotenvEntry> entries_;
  DotenvMigration migration_;
};

}  // namespace

DotenvMigration MigrateDotenv(std::span<const DotenvEntry> entries) {
  return Migrator(entries).Run();
}

}  // namespace injector
