#include "injector/sources/service/grant.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/clock.h"
#include "injector/model/connection_json.h"
#include "injector/model/variable_json.h"
#include "injector/sources/service/service_client.h"

namespace injector {
namespace {

// Nobody lends for longer; points in time far beyond are none of the system clock's.
constexpr std::chrono::hours kLongestLease{24 * 366};

Error Unexpected(std::string_view what) {
  return Error(ErrorCode::kDataLoss, "the answer is not a grant: " + std::string(what));
}

const Secret* TextIn(const Value& json, std::string_view name) {
  const Value* member = json.Find(name);
  const bool is_text = member != nullptr && member->kind() == Value::Kind::kString;
  return is_text ? &member->string() : nullptr;
}

// The object's members of these names.
Value Only(const Value& json, std::initializer_list<std::string_view> names) {
  std::vector<Value::Member> members;
  for (const std::string_view name : names) {
    const Value* member = json.Find(name);
    if (member != nullptr && !member->is_null()) {
      members.push_back({std::string(name), member->Clone()});
    }
  }
  return Value::Map(std::move(members));
}

// A whole number; nullopt when the member is none, or not there.
template <typename Number>
std::optional<Number> NumberIn(const Value& json, std::string_view name) {
  const Value* member = json.Find(name);
  Number number = 0;
  if (member == nullptr || member->kind() != Value::Kind::kNumber) return std::nullopt;
  const std::string& text = member->number_text();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<std::uint64_t> VersionIn(const Value& json) {
  const auto version = NumberIn<std::uint64_t>(json, "version");
  if (!version) return Unexpected("no version");
  return *version;
}

Result<ConnectionName> ParseName(const Value& json) {
  const Secret* type = TextIn(json, "type");
  const Secret* alias = TextIn(json, "name");
  if (type == nullptr || alias == nullptr || !IsValidType(type->Reveal()) ||
      !IsValidAlias(alias->Reveal())) {
    return Unexpected("a connection without a name");
  }
  return ConnectionName{std::string(type->Reveal()), std::string(alias->Reveal())};
}

Result<std::string> ParseKey(const Value& json) {
  if (json.kind() != Value::Kind::kString || !IsValidVariableKey(json.string().Reveal())) {
    return Unexpected("a variable without a key");
  }
  return std::string(json.string().Reveal());
}

Result<Connection> ParseConnection(const Value& json) {
  ASSIGN_OR_RETURN(const ConnectionName name, ParseName(json));
  const Value content =
      Only(json, {"fields", "secretFields", "noScrub", "description", "expiresAt"});
  Result<Connection> connection = ConnectionFromContent(name, content);
  if (!connection.ok() || !CheckConnection(*connection).ok()) return Unexpected(name.Full());
  const Value* is_default = json.Find("default");
  connection->is_default =
      is_default != nullptr && is_default->kind() == Value::Kind::kBool && is_default->boolean();
  ASSIGN_OR_RETURN(connection->version, VersionIn(json));
  return connection;
}

Result<Variable> ParseVariable(const Value& json) {
  Result<Variable> variable =
      VariableFromJson(Only(json, {"key", "value", "description", "isSecret"}));
  if (!variable.ok()) return Unexpected("a variable");
  ASSIGN_OR_RETURN(variable->version, VersionIn(json));
  return variable;
}

template <typename T>
Result<std::vector<T>> ParseList(const Value& json, std::string_view name,
                                 Result<T> (*parse)(const Value&)) {
  const Value* list = json.Find(name);
  if (list == nullptr || list->kind() != Value::Kind::kList)
    return Unexpected("no " + std::string(name));
  std::vector<T> items;
  for (const Value& item : list->items()) {
    ASSIGN_OR_RETURN(T parsed, parse(item));
    items.push_back(std::move(parsed));
  }
  return items;
}

// Empty when the member is not there: services that are older do not send it.
Result<std::vector<std::string>> ParseTexts(const Value& json, std::string_view name) {
  std::vector<std::string> texts;
  const Value* list = json.Find(name);
  if (list == nullptr) return texts;
  if (list->kind() != Value::Kind::kList) return Unexpected(name);
  for (const Value& item : list->items()) {
    if (item.kind() != Value::Kind::kString) return Unexpected(name);
    texts.emplace_back(item.string().Reveal());
  }
  return texts;
}

Result<const Value*> ParseMap(const Value& json, std::string_view name) {
  const Value* map = json.Find(name);
  if (map == nullptr || map->kind() != Value::Kind::kMap) {
    return Unexpected("no " + std::string(name));
  }
  return map;
}

Result<ThingNames> ParseRemoved(const Value& json) {
  ASSIGN_OR_RETURN(const Value* removed, ParseMap(json, "removed"));
  ThingNames names;
  ASSIGN_OR_RETURN(names.connections, ParseList(*removed, "connections", &ParseName));
  ASSIGN_OR_RETURN(names.variables, ParseList(*removed, "variables", &ParseKey));
  return names;
}

Result<ThingVersions::OfConnection> ParseConnectionVersion(const Value& json) {
  ThingVersions::OfConnection item;
  ASSIGN_OR_RETURN(item.name, ParseName(json));
  ASSIGN_OR_RETURN(item.version, VersionIn(json));
  return item;
}

Result<ThingVersions::OfVariable> ParseVariableVersion(const Value& json) {
  const Value* key = json.Find("key");
  if (key == nullptr) return Unexpected("a variable without a key");
  ThingVersions::OfVariable item;
  ASSIGN_OR_RETURN(item.key, ParseKey(*key));
  ASSIGN_OR_RETURN(item.version, VersionIn(json));
  return item;
}

// By our clock: `expiresInMs` goes before `expiresAt`, which is by the lender's. To the second, for
// between two clocks that agree the answer's way takes milliseconds.
Result<std::chrono::sys_seconds> ParseEnd(const Value& json, SystemTime now) {
  using std::chrono::seconds;
  const Secret* text = TextIn(json, "expiresAt");
  const auto time = text == nullptr ? std::nullopt : ParseRfc3339(text->Reveal());
  if (!time) return Unexpected("no expiresAt");
  const std::chrono::sys_seconds longest = std::chrono::floor<seconds>(now) + kLongestLease;
  const auto left = NumberIn<std::int64_t>(json, "expiresInMs");
  if (!left) return std::min(*time, longest);
  const auto most = std::chrono::milliseconds(kLongestLease).count();
  const std::chrono::milliseconds lasts(std::clamp<std::int64_t>(*left, 0, most));
  return std::chrono::round<seconds>(now + lasts);
}

Result<std::optional<CredentialEndpoint>> ParseEndpoint(const Value& json) {
  const Value* endpoint = json.Find("endpoint");
  if (endpoint == nullptr || endpoint->is_null()) return std::optional<CredentialEndpoint>();
  const Secret* url = TextIn(*endpoint, "url");
  const Secret* token = TextIn(*endpoint, "token");
  if (url == nullptr || token == nullptr || token->empty() || HoldsAsciiControl(token->Reveal()) ||
      !url->Reveal().starts_with("http://")) {
    return Unexpected("no credential endpoint");
  }
  // Tools refuse http:// of any other machine, and so does this.
  Result<std::string> parsed = ParseServiceUrl(url->Reveal());
  if (!parsed.ok()) return Unexpected("no credential endpoint of this machine");
  return std::optional<CredentialEndpoint>({*std::move(parsed), token->Clone()});
}

// A string, or an object that says that it may be absent.
Value Wish(std::string_view member, const std::string& name, Presence presence) {
  if (presence == Presence::kRequired) return Value::String(name);
  std::vector<Value::Member> wish;
  wish.push_back({std::string(member), Value::String(name)});
  wish.push_back({"optional", Value::Bool(true)});
  return Value::Map(std::move(wish));
}

}  // namespace

Value GrantRequestToJson(const FetchRequest& request) {
  std::vector<Value> connections;
  for (const ConnectionRequest& wanted : request.connections) {
    connections.push_back(Wish("ref", wanted.reference.ToString(), wanted.presence));
  }
  std::vector<Value> variables;
  for (const VariableRequest& wanted : request.variables) {
    variables.push_back(Wish("key", wanted.key, wanted.presence));
  }
  std::vector<Value::Member> members;
  members.push_back({"connections", Value::List(std::move(connections))});
  members.push_back({"variables", Value::List(std::move(variables))});
  if (request.attached == Attached::kAll) members.push_back({"attached", Value::Bool(true)});
  return Value::Map(std::move(members));
}

Result<JobRenewal> ParseRenewal(const Value& json, SystemTime now) {
  JobRenewal renewal;
  ASSIGN_OR_RETURN(renewal.expires_at, ParseEnd(json, now));
  renewal.revision = NumberIn<std::int64_t>(json, "revision").value_or(0);
  // A service of before there were changes says only when the lease ends.
  if (json.Find("changed") == nullptr) return renewal;
  ASSIGN_OR_RETURN(const Value* changed, ParseMap(json, "changed"));
  ASSIGN_OR_RETURN(renewal.connections, ParseList(*changed, "connections", &ParseConnection));
  ASSIGN_OR_RETURN(renewal.variables, ParseList(*changed, "variables", &ParseVariable));
  ASSIGN_OR_RETURN(renewal.removed, ParseRemoved(json));
  return renewal;
}

Result<JobChanges> ParseChanges(const Value& json) {
  JobChanges changes;
  const auto revision = NumberIn<std::int64_t>(json, "revision");
  if (!revision) return Unexpected("no revision");
  changes.revision = *revision;
  ASSIGN_OR_RETURN(const Value* changed, ParseMap(json, "changed"));
  ASSIGN_OR_RETURN(changes.changed.connections,
                   ParseList(*changed, "connections", &ParseConnectionVersion));
  ASSIGN_OR_RETURN(changes.changed.variables,
                   ParseList(*changed, "variables", &ParseVariableVersion));
  ASSIGN_OR_RETURN(changes.removed, ParseRemoved(json));
  return changes;
}

Result<JobGrant> ParseGrant(const Value& json, SystemTime now) {
  const Secret* id = TextIn(json, "id");
  const Secret* secret = TextIn(json, "secret");
  if (id == nullptr || secret == nullptr) return Unexpected("no lease");
  JobGrant grant;
  grant.ticket.id = id->Reveal();
  grant.ticket.secret = secret->Clone();
  ASSIGN_OR_RETURN(grant.ticket.expires_at, ParseEnd(json, now));
  grant.revision = NumberIn<std::int64_t>(json, "revision").value_or(0);
  ASSIGN_OR_RETURN(grant.connections, ParseList(json, "connections", &ParseConnection));
  ASSIGN_OR_RETURN(grant.variables, ParseList(json, "variables", &ParseVariable));
  ASSIGN_OR_RETURN(grant.endpoint, ParseEndpoint(json));
  ASSIGN_OR_RETURN(grant.absent, ParseTexts(json, "absent"));
  ASSIGN_OR_RETURN(grant.absent_variables, ParseTexts(json, "absentVariables"));
  return grant;
}

}  // namespace injector
