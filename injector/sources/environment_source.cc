#include "injector/sources/environment_source.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "injector/base/ascii.h"
#include "injector/base/environment_entry.h"
#include "injector/base/variable_name.h"
#include "injector/model/airflow_uri.h"
#include "injector/model/catalogue.h"
#include "injector/model/connection_json.h"
#include "injector/model/json.h"
#include "injector/model/redaction.h"

namespace injector {
namespace {

constexpr std::string_view kConnectionPrefix = "PIPELINE_CONN_";
constexpr std::string_view kVariablePrefix = "PIPELINE_VAR_";

std::string VariableFor(std::string_view prefix, std::string_view name) {
  return std::string(prefix) + VariableNamePart(name);
}

// A URI, or any JSON that describes a connection. The alias is whatever the text says, if anything.
Result<Connection> ParseText(std::string_view text) {
  if (!StripAsciiSpace(text).starts_with('{')) return ParseAirflowUri(text);
  ASSIGN_OR_RETURN(const Value json, ParseJson(text));
  ASSIGN_OR_RETURN(ConnectionInput input, ParseConnectionInput(json));
  return ApplyInput(Connection(), std::move(input));
}

// {"type": "mysql", "host": …}: as a generic connection it would reach the job, and no tool in it.
// Any other text under that name, as in a service account, is a field.
bool HoldsItsType(const Connection& connection) {
  const Field* type = connection.FieldNamed("type");
  return type != nullptr && type->value.kind() == Value::Kind::kString &&
         TypeInfoFor(type->value.string().Reveal()).name != "generic";
}

// The type that the name of a PIPELINE_CONN_ variable begins with; empty when none is known.
std::string_view TypeInName(std::string_view rest) {
  std::string_view longest;
  for (const TypeInfo& type : KnownTypes()) {
    const bool begins = rest.starts_with(VariableNamePart(type.name) + "_");
    if (begins && type.name.size() > longest.size()) longest = type.name;
  }
  return longest;
}

// The places of what is asked for: first what has to be there, last what may be another name for a
// variable that is called by none of its type.
std::vector<std::size_t> SurestFirst(const std::vector<ConnectionRequest>& wanted) {
  const auto doubt = [&wanted](std::size_t place) {
    if (wanted[place].presence == Presence::kRequired) return 0;
    return wanted[place].reference.type.empty() ? 1 : 2;
  };
  std::vector<std::size_t> places(wanted.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::ranges::stable_sort(places, {}, doubt);
  return places;
}

Variable VariableOf(const std::string& key, const Secret& value) {
  return {.key = key,
          .value = value.Clone(),
          .description = "",
          .is_secret = IsSecretVariable(key, value)};
}

}  // namespace

EnvironmentSource::EnvironmentSource(std::span<const Secret> environment) {
  for (const Secret& bytes : environment) {
    const std::optional<EnvironmentEntry> entry = EnvironmentEntry::Parse(bytes.Reveal());
    if (!entry || entry->value.empty()) continue;
    const bool ours =
        entry->name.starts_with(kConnectionPrefix) || entry->name.starts_with(kVariablePrefix);
    // The first of a name counts, as for getenv(3).
    if (ours) values_.try_emplace(std::string(entry->name), Secret::CopyOf(entry->value));
  }
}

std::optional<EnvironmentSource::Hit> EnvironmentSource::LocateFull(
    const std::string& type, const std::string& alias) const {
  std::string variable = VariableFor(kConnectionPrefix, type + "_" + alias);
  if (!IsSet(variable)) return std::nullopt;
  return Hit{std::move(variable), type + "." + alias, type, alias};
}

Result<std::optional<EnvironmentSource::Hit>> EnvironmentSource::Locate(
    const Reference& reference) const {
  if (values_.empty()) return std::optional<Hit>();
  // "@type" asks for the default, which here can only be called so.
  const std::string alias = reference.alias.empty() ? "default" : reference.alias;
  std::optional<Hit> found;
  if (!reference.type.empty()) {
    found = LocateFull(reference.type, alias);
  } else {
    for (const TypeInfo& type : KnownTypes()) {
      std::optional<Hit> hit = LocateFull(std::string(type.name), alias);
      if (!hit) continue;
      if (found) {
        return Error(ErrorCode::kConflict, "environment: " + found->variable + " and " +
                                               hit->variable + " are both set for " + alias)
            .WithHint("use the full name");
      }
      found = std::move(hit);
    }
  }
  if (found) return found;
  std::string variable = VariableFor(kConnectionPrefix, alias);
  if (!IsSet(variable)) return found;
  return std::optional<Hit>(Hit{std::move(variable), alias, "", alias});
}

// It was surely meant to override something, and would be passed over. The type that it does have
// is not said: it may be a piece of anything.
Error EnvironmentSource::OtherType(const Hit& hit, const std::string& type) {
  Error error(ErrorCode::kInvalidArgument,
              hit.variable + ": holds a connection of another type than " + type);
  if (!hit.type.empty()) return error;
  return std::move(error).WithHint("what only a connection of its own type is to have is called " +
                                   std::string(kConnectionPrefix) + "<TYPE>_" +
                                   VariableNamePart(hit.alias));
}

Result<EnvironmentSource::Text> EnvironmentSource::Read(const Hit& hit) const {
  Result<Connection> parsed = ParseText(values_.at(hit.variable).Reveal());
  if (!parsed.ok()) return std::move(parsed).error().WithContext(hit.variable);
  Connection connection = *std::move(parsed);
  const bool says_type = !connection.name.type.empty() || !hit.type.empty();
  if (!says_type && HoldsItsType(connection)) {
    return Error(ErrorCode::kInvalidArgument, hit.variable + ": its type stands among its fields")
        .WithHint(R"(write {"type": "TYPE", "fields": {…}}, or conn_type as Airflow does)");
  }
  if (connection.name.type.empty()) connection.name.type = hit.type.empty() ? "generic" : hit.type;
  if (!hit.type.empty()) {
    if (!IsSameType(connection.name.type, hit.type)) {
      return OtherType(hit, hit.type);
    }
    connection.name.type = hit.type;
  }
  connection.name.alias = hit.alias;
  if (Status checked = CheckConnection(connection); !checked.ok()) {
    return std::move(checked).error().WithContext(hit.variable);
  }
  return Text{.connection = std::move(connection), .says_type = says_type};
}

// A template asks for every reading of its paths, so a variable that does not fit one that is
// optional is not meant for it.
Result<std::optional<Connection>> EnvironmentSource::FindConnection(const Reference& reference,
                                                                    Presence presence,
                                                                    Search& search) const {
  const auto unless_optional = [presence](Error error) -> Result<std::optional<Connection>> {
    if (presence == Presence::kOptional) return std::optional<Connection>();
    return error;
  };
  ASSIGN_OR_RETURN(const std::optional<Hit> hit, Locate(reference));
  if (!hit) return std::optional<Connection>();
  ASSIGN_OR_RETURN(Text text, Read(*hit));
  Connection connection = std::move(text.connection);
  std::string meant = hit->meant;
  if (!reference.type.empty() && !IsSameType(connection.name.type, reference.type)) {
    // Where neither the variable's name nor its value says a type, it is the one asked for.
    if (connection.name.type != "generic") return unless_optional(OtherType(*hit, reference.type));
    meant = reference.type + "." + hit->alias;
  }
  const auto [meaning, is_new] = search.meanings.try_emplace(hit->variable, meant);
  if (!is_new && meaning->second != meant) {
    return unless_optional(Error(ErrorCode::kConflict, "environment: " + hit->variable +
                                                           " stands for both " + meaning->second +
                                                           " and " + meant)
                               .WithHint("unset it, and store the two connections elsewhere"));
  }
  if (reference.type.empty() && !text.says_type && is_new) {
    search.warnings.push_back(hit->variable +
                              ": says no type, so its fields reach the job under their own names; "
                              R"({"type": "TYPE", "fields": {…}} says one)");
  }
  if (!reference.type.empty()) connection.name.type = reference.type;
  if (reference.alias.empty()) connection.is_default = true;
  return std::optional<Connection>(std::move(connection));
}

Result<SourceAnswer> EnvironmentSource::Fetch(const FetchRequest& request) {
  SourceAnswer answer;
  Search search;
  for (const ConnectionRequest& wanted : request.connections) {
    answer.connections.emplace_back(
        Error(ErrorCode::kNotFound, "no connection " + wanted.reference.ToString()));
  }
  for (const std::size_t place : SurestFirst(request.connections)) {
    const ConnectionRequest& wanted = request.connections[place];
    Result<std::optional<Connection>> found =
        FindConnection(wanted.reference, wanted.presence, search);
    if (!found.ok()) {
      answer.connections[place] = std::move(found).error();
    } else if (*found) {
      answer.connections[place] = **std::move(found);
    }
  }
  answer.warnings = std::move(search.warnings);
  for (const VariableRequest& wanted : request.variables) {
    const std::string name = VariableFor(kVariablePrefix, wanted.key);
    const auto found = values_.find(name);
    if (found == values_.end()) {
      answer.variables.emplace_back(Error(ErrorCode::kNotFound, "no variable " + wanted.key));
      continue;
    }
    const auto [meaning, is_new] = search.meanings.try_emplace(name, wanted.key);
    if (!is_new && meaning->second != wanted.key) {
      return Error(ErrorCode::kConflict, "environment: " + name + " stands for both " +
                                             meaning->second + " and " + wanted.key);
    }
    answer.variables.emplace_back(VariableOf(wanted.key, found->second));
  }
  return answer;
}

Result<std::optional<Connection>> EnvironmentSource::Find(const ConnectionName& name) const {
  Search search;
  return FindConnection({name.type, name.alias}, Presence::kRequired, search);
}

Result<SourceListing> EnvironmentSource::List() {
  SourceListing listing;
  for (const auto& [name, value] : values_) {
    if (name.starts_with(kVariablePrefix)) {
      const std::string key = ToAsciiLower(std::string_view(name).substr(kVariablePrefix.size()));
      listing.variables.push_back(ListingOf(VariableOf(key, value)));
      continue;
    }
    const std::string_view rest = std::string_view(name).substr(kConnectionPrefix.size());
    const std::string type(TypeInName(rest));
    const std::string alias = ToAsciiLower(type.empty() ? rest : rest.substr(type.size() + 1));
    ASSIGN_OR_RETURN(const Text text, Read({name, "", type, alias}));
    listing.connections.push_back(ListingOf(text.connection));
  }
  return listing;
}

}  // namespace injector
