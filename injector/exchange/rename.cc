#include "injector/exchange/rename.h"

#include <algorithm>
#include <map>

#include "injector/exchange/bundle_json.h"

namespace injector {
namespace {

Error Bad(std::string message, std::string hint) {
  return Error(ErrorCode::kInvalidArgument, std::move(message)).WithHint(std::move(hint));
}

std::string DottedName(const ConnectionName& name) { return name.type + "." + name.alias; }

Error NothingToRename(const Rename& rename, std::span<const Connection> connections) {
  std::string there;
  for (const Connection& connection : connections) {
    there += (there.empty() ? "" : ", ") + DottedName(connection.name);
  }
  Error error(ErrorCode::kNotFound, "--rename: there is no " + DottedName(rename.from));
  return std::move(error).WithHint(there.empty() ? "there are no connections"
                                                 : "there are " + there);
}

Status CheckValid(std::span<const Connection> connections) {
  for (std::size_t i = 0; i < connections.size(); ++i) {
    const ConnectionName& name = connections[i].name;
    if (IsValidAlias(name.alias) && IsValidType(name.type)) continue;
    return Bad(EntryLabel(name.alias, i + 1) + ": " +
                   (IsValidType(name.type) ? "its name" : "its type") + " is not valid",
               "a name is letters, digits, _ - and .; --rename TYPE.ALIAS=NAME gives another");
  }
  return {};
}

// "@a.x and @b.x" for every key that more than one connection has.
std::vector<std::string> Clashes(const std::multimap<std::string, std::string>& by_key) {
  std::vector<std::string> clashes;
  for (auto it = by_key.begin(); it != by_key.end(); it = by_key.upper_bound(it->first)) {
    if (by_key.count(it->first) == 1) continue;
    std::string names;
    const auto [first, last] = by_key.equal_range(it->first);
    for (auto same = first; same != last; ++same) {
      names += (names.empty() ? "" : " and ") + same->second;
    }
    clashes.push_back(std::move(names));
  }
  return clashes;
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text;
  return joined;
}

Status CheckAliases(std::span<const Connection> connections) {
  std::multimap<std::string, std::string> by_alias;
  for (const Connection& connection : connections) {
    by_alias.emplace(connection.name.alias, connection.name.Full());
  }
  const std::vector<std::string> clashes = Clashes(by_alias);
  if (clashes.empty()) return {};
  return Error(ErrorCode::kConflict, "the same name more than once: " + Joined(clashes))
      .WithHint("names are kept once, whatever the type: --rename TYPE.ALIAS=NAME gives another");
}

Status CheckDefaults(std::span<const Connection> connections) {
  std::multimap<std::string, std::string> by_type;
  for (const Connection& connection : connections) {
    if (connection.is_default) by_type.emplace(connection.name.type, connection.name.Full());
  }
  const std::vector<std::string> clashes = Clashes(by_type);
  if (clashes.empty()) return {};
  return Error(ErrorCode::kConflict, "more than one default of a type: " + Joined(clashes))
      .WithHint("leave the flag on one of them");
}

}  // namespace

Result<Rename> ParseRename(std::string_view text) {
  const std::string form = "expected TYPE.ALIAS=NAME, as mysql.main=movies";
  const std::size_t equals = text.rfind('=');
  const std::size_t dot = text.find('.');
  if (equals == std::string_view::npos || dot >= equals) return Bad("--rename: " + form, "");
  Rename rename;
  rename.from.type = text.substr(0, dot);
  rename.from.alias = text.substr(dot + 1, equals - dot - 1);
  rename.to = text.substr(equals + 1);
  if (!IsValidType(rename.from.type) || rename.from.alias.empty() || !IsValidAlias(rename.to)) {
    return Bad("--rename: " + form, "a name is letters, digits, _ - and .");
  }
  return rename;
}

Result<std::vector<Connection>> WithRenames(std::vector<Connection> connections,
                                            std::span<const Rename> renames) {
  std::vector<std::string> names;  // all at once: two connections may swap theirs
  for (const Connection& connection : connections) names.push_back(connection.name.alias);
  for (const Rename& rename : renames) {
    bool found = false;
    for (std::size_t i = 0; i < connections.size(); ++i) {
      if (connections[i].name != rename.from) continue;
      names[i] = rename.to;
      found = true;
    }
    if (!found) return NothingToRename(rename, connections);
  }
  for (std::size_t i = 0; i < connections.size(); ++i) {
    connections[i].name.alias = std::move(names[i]);
  }
  return connections;
}

Status CheckNames(std::span<const Connection> connections) {
  RETURN_IF_ERROR(CheckValid(connections));
  RETURN_IF_ERROR(CheckAliases(connections));
  return CheckDefaults(connections);
}

}  // namespace injector
