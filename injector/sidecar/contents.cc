#include "injector/sidecar/contents.h"

#include <algorithm>
#include <utility>

#include "injector/crypto/hmac.h"
#include "injector/model/connection_json.h"
#include "injector/model/json.h"
#include "injector/model/reference.h"
#include "injector/model/variable_json.h"
#include "injector/rest/grant_json.h"

namespace injector::sidecar {
namespace {

Result<Fingerprint> PrintOf(const Connection& connection, const Secret& key) {
  Connection bare = connection.Clone();
  bare.description.clear();
  const Secret json = WriteJson(ConnectionContent(bare));
  const std::string_view is_default = bare.is_default ? "default" : "";
  ASSIGN_OR_RETURN(const Secret digest,
                   HmacSha256(key, Secret::Concat({is_default, json.Reveal()}).Reveal()));
  return Fingerprint{.digest = std::string(digest.Reveal()), .version = connection.version};
}

Result<Fingerprint> PrintOf(const Variable& variable, const Secret& key) {
  const std::string_view kind = variable.is_secret ? "secret:" : "plain:";
  ASSIGN_OR_RETURN(const Secret digest,
                   HmacSha256(key, Secret::Concat({kind, variable.value.Reveal()}).Reveal()));
  return Fingerprint{.digest = std::string(digest.Reveal()), .version = variable.version};
}

Variable Copy(const Variable& variable) {
  return {.key = variable.key,
          .value = variable.value.Clone(),
          .description = variable.description,
          .is_secret = variable.is_secret,
          .version = variable.version};
}

template <typename T>
bool Contains(const std::vector<T>& list, const T& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

ConnectionName NameOf(const std::string& full) {
  // A full name of ours always parses.
  Reference reference = Reference::Parse(full).value();
  return {.type = std::move(reference.type), .alias = std::move(reference.alias)};
}

}  // namespace

Result<std::shared_ptr<const Contents>> Contents::Of(JobGrant grant, const Secret& key) {
  const std::shared_ptr<Contents> made(new Contents);
  made->connections_ = std::move(grant.connections);
  made->variables_ = std::move(grant.variables);
  made->absent_ = std::move(grant.absent);
  made->absent_variables_ = std::move(grant.absent_variables);
  RETURN_IF_ERROR(made->Complete(key));
  return std::shared_ptr<const Contents>(made);
}

Result<std::shared_ptr<const Contents>> Contents::Renewed(const Contents& before,
                                                          JobRenewal renewal, const Secret& key) {
  const std::shared_ptr<Contents> made(new Contents);
  made->connections_ = std::move(renewal.connections);
  made->variables_ = std::move(renewal.variables);
  made->absent_ = before.absent_;
  made->absent_variables_ = before.absent_variables_;
  std::vector<ConnectionName> names = std::move(renewal.removed.connections);
  for (const Connection& connection : made->connections_) names.push_back(connection.name);
  for (const Connection& connection : before.connections_) {
    if (!Contains(names, connection.name)) made->connections_.push_back(connection.Clone());
  }
  std::vector<std::string> keys = std::move(renewal.removed.variables);
  for (const Variable& variable : made->variables_) keys.push_back(variable.key);
  for (const Variable& variable : before.variables_) {
    if (!Contains(keys, variable.key)) made->variables_.push_back(Copy(variable));
  }
  RETURN_IF_ERROR(made->Complete(key));
  return std::shared_ptr<const Contents>(made);
}

Status Contents::Complete(const Secret& key) {
  for (const Connection& connection : connections_) {
    ASSIGN_OR_RETURN(connection_prints_[connection.name.Full()], PrintOf(connection, key));
  }
  for (const Variable& variable : variables_) {
    ASSIGN_OR_RETURN(variable_prints_[variable.key], PrintOf(variable, key));
  }
  rest::ObjectBuilder json;
  rest::AddThings(json, connections_, variables_);
  json.Add("absent", absent_).Add("absentVariables", absent_variables_);
  json_ = WriteJson(std::move(json).Build());
  return {};
}

ThingNames Contents::Names() const {
  ThingNames names;
  for (const Connection& connection : connections_) names.connections.push_back(connection.name);
  for (const Variable& variable : variables_) names.variables.push_back(variable.key);
  return names;
}

JobChanges HandedOut::Compare(const Contents* contents) const {
  JobChanges changes{.revision = revision_};
  if (contents == nullptr) return changes;
  const auto is_new = [](const Items& items, const auto& print) {
    const auto item = items.find(print.first);
    return item == items.end() || item->second.digest != print.second.digest;
  };
  for (const auto& print : contents->connection_prints()) {
    if (!is_new(connections_, print)) continue;
    changes.changed.connections.push_back(
        {.name = NameOf(print.first), .version = print.second.version});
  }
  for (const auto& print : contents->variable_prints()) {
    if (!is_new(variables_, print)) continue;
    changes.changed.variables.push_back({.key = print.first, .version = print.second.version});
  }
  for (const auto& [name, item] : connections_) {
    const bool is_held = contents->connection_prints().contains(name);
    if (!is_held) changes.removed.connections.push_back(NameOf(name));
  }
  for (const auto& [key, item] : variables_) {
    if (!contents->variable_prints().contains(key)) changes.removed.variables.push_back(key);
  }
  if (!changes.empty()) ++changes.revision;
  return changes;
}

void HandedOut::Update(Items& items, const Contents::Fingerprints& prints) const {
  std::erase_if(items, [&](const auto& item) { return !prints.contains(item.first); });
  for (const auto& [name, print] : prints) {
    Item& item = items[name];
    if (item.digest != print.digest) item = {.digest = print.digest, .revision = revision_};
  }
}

void HandedOut::Update(const Contents& contents) {
  ++revision_;
  Update(connections_, contents.connection_prints());
  Update(variables_, contents.variable_prints());
}

void HandedOut::Acknowledge(std::int64_t revision) {
  acknowledged_ = std::max(acknowledged_, std::min(revision, revision_));
}

bool HandedOut::IsMasked(const ConnectionName& name, const Contents& contents) const {
  const auto print = contents.connection_prints().find(name.Full());
  const auto item = connections_.find(name.Full());
  return print != contents.connection_prints().end() && item != connections_.end() &&
         item->second.digest == print->second.digest && item->second.revision <= acknowledged_;
}

}  // namespace injector::sidecar
