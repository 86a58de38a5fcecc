#include "injector/model/reference.h"

#include <algorithm>
#include <vector>

#include "injector/model/nearest_name.h"

namespace injector {
namespace {

constexpr std::size_t kListedNames = 20;

// The text itself is not shown: somebody may have put a URL with a password in its place.
Error FormatError(std::string_view problem) {
  return Error(ErrorCode::kInvalidArgument, "reference: " + std::string(problem))
      .WithHint("a reference is NAME, @TYPE.NAME, or @TYPE for the default of that type");
}

std::string Quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

std::vector<std::string> SortedUnique(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// "a, b, c", cut after kListedNames.
std::string Listed(std::span<const std::string> names) {
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), kListedNames); ++i) {
    list += (i > 0 ? ", " : "") + names[i];
  }
  if (names.size() > kListedNames) {
    list += " and " + std::to_string(names.size() - kListedNames) + " more";
  }
  return list;
}

// What stands where the wanted name does not: "no X; there is: a, b", with the nearest as a hint.
Error NotFoundAmong(const std::string& problem, std::string_view wanted,
                    const std::vector<std::string>& names, std::string_view sigil) {
  if (names.empty()) return Error(ErrorCode::kNotFound, problem + "; there are no connections");
  Error error(ErrorCode::kNotFound, problem + "; there is: " + Listed(names));
  const std::string_view nearest = NearestName(wanted, names);
  if (nearest.empty()) return error;
  return std::move(error).WithHint("did you mean " + std::string(sigil) + std::string(nearest) +
                                   "?");
}

std::vector<std::size_t> OfType(std::span<const ConnectionEntry> entries, std::string_view type) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].name.type == type) found.push_back(i);
  }
  return found;
}

std::vector<std::string> AliasesOf(std::span<const ConnectionEntry> entries,
                                   std::span<const std::size_t> indices) {
  std::vector<std::string> aliases;
  for (std::size_t index : indices) aliases.push_back(entries[index].name.alias);
  return SortedUnique(std::move(aliases));
}

std::vector<std::string> FullNamesOf(std::span<const ConnectionEntry> entries,
                                     std::span<const std::size_t> indices) {
  std::vector<std::string> names;
  for (std::size_t index : indices) names.push_back(entries[index].name.Full());
  return SortedUnique(std::move(names));
}

Error UnknownType(std::string_view type, std::span<const ConnectionEntry> entries) {
  std::vector<std::string> types;
  for (const ConnectionEntry& entry : entries) types.push_back(entry.name.type);
  return NotFoundAmong("no connection of type " + Quoted(type), type,
                       SortedUnique(std::move(types)), "@");
}

Result<std::size_t> ResolveDefault(std::string_view type,
                                   std::span<const ConnectionEntry> entries) {
  const std::vector<std::size_t> candidates = OfType(entries, type);
  if (candidates.empty()) return UnknownType(type, entries);

  std::vector<std::size_t> flagged;
  for (std::size_t index : candidates) {
    if (entries[index].is_default) flagged.push_back(index);
  }
  if (flagged.size() > 1) {
    return Error(ErrorCode::kConflict, "more than one default connection of type " + Quoted(type) +
                                           ": " + Listed(AliasesOf(entries, flagged)));
  }
  if (flagged.size() == 1) return flagged.front();
  for (std::size_t index : candidates) {
    if (entries[index].name.alias == "default") return index;
  }
  return Error(ErrorCode::kNotFound, "no default connection of type " + Quoted(type) +
                                         "; there is: " + Listed(AliasesOf(entries, candidates)))
      .WithHint("name one of them as @" + std::string(type) + ".ALIAS, or mark it as the default");
}

Result<std::size_t> ResolveFullName(const Reference& reference,
                                    std::span<const ConnectionEntry> entries) {
  const std::vector<std::size_t> candidates = OfType(entries, reference.type);
  if (candidates.empty()) return UnknownType(reference.type, entries);
  for (std::size_t index : candidates) {
    if (entries[index].name.alias == reference.alias) return index;
  }
  return NotFoundAmong(
      "no connection " + Quoted(reference.alias) + " of type " + Quoted(reference.type),
      reference.alias, AliasesOf(entries, candidates), "@" + reference.type + ".");
}

// What is there, where `text` says more or less than a name: a type alone, or a field as well.
std::string Meant(std::string_view text, std::span<const ConnectionEntry> entries) {
  const std::string_view before_field = text.substr(0, text.rfind('.'));
  std::string meant;
  for (const ConnectionEntry& entry : entries) {
    if (entry.name.type == text) return "did you mean @" + entry.name.type + "?";
    if (before_field == text || !meant.empty()) continue;
    const bool is_full = entry.name.Full().substr(1) == before_field;
    if (entry.name.alias != before_field && !is_full) continue;
    meant = "did you mean " + (is_full ? entry.name.Full() : entry.name.alias) +
            "? a reference names no field";
  }
  return meant;
}

Error UnknownName(std::string_view alias, std::span<const ConnectionEntry> entries) {
  std::vector<std::string> aliases;
  for (const ConnectionEntry& entry : entries) {
    aliases.push_back(entry.name.alias);
    if (entry.name.Full().substr(1) == alias) {
      return Error(ErrorCode::kNotFound, "no connection named " + Quoted(alias))
          .WithHint("did you mean " + entry.name.Full() + "?");
    }
  }
  Error error = NotFoundAmong("no connection named " + Quoted(alias), alias,
                              SortedUnique(std::move(aliases)), "");
  std::string meant = Meant(alias, entries);
  return meant.empty() ? error : std::move(error).WithHint(std::move(meant));
}

Result<std::size_t> ResolveName(std::string_view alias, std::span<const ConnectionEntry> entries) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].name.alias == alias) found.push_back(i);
  }
  if (found.empty()) return UnknownName(alias, entries);
  if (found.size() == 1) return found.front();
  return Error(ErrorCode::kConflict, "more than one connection is named " + Quoted(alias) + ": " +
                                         Listed(FullNamesOf(entries, found)))
      .WithHint("use the full name");
}

}  // namespace

Result<Reference> Reference::Parse(std::string_view text) {
  if (text.empty()) return FormatError("it is empty");
  if (text.front() != '@') {
    if (!IsValidAlias(text)) return FormatError("not a valid name");
    return Reference{"", std::string(text)};
  }
  text.remove_prefix(1);
  const std::size_t dot = text.find('.');
  const std::string_view type = text.substr(0, dot);
  if (type.empty()) return FormatError("no type after the @");
  if (!IsValidType(type)) return FormatError("not a valid type");
  if (dot == std::string_view::npos) return Reference{std::string(type), ""};

  const std::string_view alias = text.substr(dot + 1);
  if (alias.empty()) return FormatError("no alias after the type's dot");
  if (!IsValidAlias(alias)) return FormatError("not a valid alias");
  return Reference{std::string(type), std::string(alias)};
}

std::string Reference::ToString() const {
  if (type.empty()) return alias;
  return alias.empty() ? "@" + type : "@" + type + "." + alias;
}

Result<std::size_t> Resolve(const Reference& reference, std::span<const ConnectionEntry> entries) {
  if (reference.type.empty()) return ResolveName(reference.alias, entries);
  if (reference.alias.empty()) return ResolveDefault(reference.type, entries);
  return ResolveFullName(reference, entries);
}

}  // namespace injector
