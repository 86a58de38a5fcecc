#include "injector/sources/encrypted_file/document.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/model/json.h"
#include "injector/sources/encrypted_file/format.h"
#include "injector/sources/encrypted_file/member_reader.h"

namespace injector {
namespace {

constexpr std::array<std::pair<StoreMode, std::string_view>, 4> kModeNames = {{
    {StoreMode::kRaw, "raw"},
    {StoreMode::kPassphrase, "passphrase"},
    {StoreMode::kMachine, "machine"},
    {StoreMode::kPlaintext, "plaintext"},
}};

std::optional<StoreMode> ModeNamed(std::string_view name) {
  for (const auto& [mode, mode_name] : kModeNames) {
    if (mode_name == name) return mode;
  }
  return std::nullopt;
}

// What FormatRfc3339() writes. Checked because listings are shown without the key: nothing that
// steers a terminal may hide in a date.
bool LooksLikeDate(std::string_view text) {
  constexpr std::string_view kPattern = "dddd-dd-ddTdd:dd:ddZ";
  return std::equal(text.begin(), text.end(), kPattern.begin(), kPattern.end(),
                    [](char c, char p) { return p == 'd' ? IsAsciiDigit(c) : c == p; });
}

bool IsFingerprint(std::string_view text) {
  return text.size() == store_format::kFingerprintSize &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

ScryptCost ReadScryptCost(const Value& map, MemberReader& parent) {
  MemberReader reader(map);
  const std::array<std::uint64_t, 3> numbers = {reader.Count("log2N"), reader.Count("r"),
                                                reader.Count("p")};
  // Checked before they are narrowed.
  const bool small = std::all_of(numbers.begin(), numbers.end(),
                                 [](std::uint64_t number) { return number <= 1024; });
  const ScryptCost cost = small ? ScryptCost{.log2_n = static_cast<std::uint32_t>(numbers[0]),
                                             .r = static_cast<std::uint32_t>(numbers[1]),
                                             .p = static_cast<std::uint32_t>(numbers[2])}
                                : ScryptCost{};
  parent.Require(small && reader.ReadAll() && CheckStoreScryptCost(cost).ok());
  return cost;
}

KeySection ReadKeySection(const Value& map, MemberReader& parent) {
  MemberReader reader(map);
  KeySection key;
  const std::optional<StoreMode> mode = ModeNamed(reader.Text("mode"));
  reader.Require(mode.has_value());
  key.mode = mode.value_or(StoreMode::kRaw);
  key.salt = reader.Base64("salt");
  reader.Require(key.salt.size() == store_format::kSaltSize);
  if (key.mode != StoreMode::kPlaintext) {
    key.fingerprint = reader.Text("fingerprint");
    reader.Require(IsFingerprint(key.fingerprint));
  }
  if (key.mode == StoreMode::kPassphrase) {
    key.scrypt_cost = ReadScryptCost(reader.Map("scrypt"), reader);
  }
  parent.Require(reader.ReadAll());
  return key;
}

EntryBody ReadSealed(MemberReader& reader) { return SealedBody{reader.Base64("sealed")}; }
EntryBody ReadOpen(MemberReader& reader) { return reader.Map("open").Clone(); }

ConnectionRecord ReadConnection(const Value& map, StoreMode mode, MemberReader& parent) {
  MemberReader reader(map);
  ConnectionSummary summary;
  summary.name = {.type = reader.Text("type"), .alias = reader.Text("alias")};
  summary.is_default = reader.Flag("default");
  summary.version = reader.Count("version");
  summary.created_at = reader.Text("createdAt");
  summary.updated_at = reader.Text("updatedAt");
  EntryBody body = mode == StoreMode::kPlaintext ? ReadOpen(reader) : ReadSealed(reader);
  parent.Require(reader.ReadAll() && IsValidType(summary.name.type) &&
                 IsValidAlias(summary.name.alias) && LooksLikeDate(summary.created_at) &&
                 LooksLikeDate(summary.updated_at));
  return {.summary = std::move(summary), .body = std::move(body)};
}

VariableRecord ReadVariable(const Value& map, StoreMode mode, MemberReader& parent) {
  MemberReader reader(map);
  VariableSummary summary;
  summary.key = reader.Text("key");
  summary.is_secret = reader.Flag("secret");
  summary.version = reader.Count("version");
  summary.created_at = reader.Text("createdAt");
  summary.updated_at = reader.Text("updatedAt");
  const bool sealed = summary.is_secret && mode != StoreMode::kPlaintext;
  EntryBody body = sealed ? ReadSealed(reader) : ReadOpen(reader);
  parent.Require(reader.ReadAll() && IsValidVariableKey(summary.key) &&
                 LooksLikeDate(summary.created_at) && LooksLikeDate(summary.updated_at));
  return {.summary = std::move(summary), .body = std::move(body)};
}

// Counted up with every change, so the last number would have no successor.
bool IsEntryVersion(std::uint64_t version) {
  return version >= 1 && version < std::numeric_limits<std::uint64_t>::max();
}

// What holds over all entries of a file: references must not have two meanings.
bool HoldTogether(const Document& document) {
  std::set<std::string_view> aliases;
  std::set<std::string_view> types_with_default;
  for (const ConnectionRecord& record : document.connections) {
    const ConnectionSummary& summary = record.summary;
    if (!IsEntryVersion(summary.version) || !aliases.insert(summary.name.alias).second)
      return false;
    if (summary.is_default && !types_with_default.insert(summary.name.type).second) return false;
  }
  std::set<std::string_view> keys;
  return std::ranges::all_of(document.variables, [&](const VariableRecord& record) {
    return IsEntryVersion(record.summary.version) && keys.insert(record.summary.key).second;
  });
}

Value WriteKeySection(const KeySection& key) {
  std::vector<Value::Member> members;
  members.push_back({"mode", Value::String(StoreModeName(key.mode))});
  members.push_back({"salt", Value::String(Base64Encode(key.salt))});
  if (key.mode != StoreMode::kPlaintext) {
    members.push_back({"fingerprint", Value::String(key.fingerprint)});
  }
  if (key.mode == StoreMode::kPassphrase) {
    std::vector<Value::Member> cost;
    cost.push_back({"log2N", Value::Number(std::int64_t{key.scrypt_cost.log2_n})});
    cost.push_back({"r", Value::Number(std::int64_t{key.scrypt_cost.r})});
    cost.push_back({"p", Value::Number(std::int64_t{key.scrypt_cost.p})});
    members.push_back({"scrypt", Value::Map(std::move(cost))});
  }
  return Value::Map(std::move(members));
}

Value::Member WriteBody(const EntryBody& body) {
  if (const auto* sealed = std::get_if<SealedBody>(&body)) {
    return {"sealed", Value::String(Base64Encode(sealed->bytes))};
  }
  return {"open", std::get<Value>(body).Clone()};
}

template <typename Summary>
void WriteHistoryAndBody(const Summary& summary, const EntryBody& body,
                         std::vector<Value::Member>& members) {
  members.push_back({"version", Value::Number(std::to_string(summary.version))});
  members.push_back({"createdAt", Value::String(summary.created_at)});
  members.push_back({"updatedAt", Value::String(summary.updated_at)});
  members.push_back(WriteBody(body));
}

Value WriteConnection(const ConnectionRecord& record) {
  std::vector<Value::Member> members;
  members.push_back({"type", Value::String(record.summary.name.type)});
  members.push_back({"alias", Value::String(record.summary.name.alias)});
  members.push_back({"default", Value::Bool(record.summary.is_default)});
  WriteHistoryAndBody(record.summary, record.body, members);
  return Value::Map(std::move(members));
}

Value WriteVariable(const VariableRecord& record) {
  std::vector<Value::Member> members;
  members.push_back({"key", Value::String(record.summary.key)});
  members.push_back({"secret", Value::Bool(record.summary.is_secret)});
  WriteHistoryAndBody(record.summary, record.body, members);
  return Value::Map(std::move(members));
}

}  // namespace

std::string_view StoreModeName(StoreMode mode) {
  for (const auto& [named_mode, name] : kModeNames) {
    if (named_mode == mode) return name;
  }
  return "unknown";
}

Status CheckStoreScryptCost(const ScryptCost& cost) {
  if (cost.log2_n < store_format::kMinScryptLog2N || cost.r < store_format::kMinScryptR) {
    return Error(ErrorCode::kInvalidArgument, "scrypt cost too low: at least log2 N 14 and r 8");
  }
  return CheckScryptCost(cost);
}

Error DamagedStore() {
  return Error(ErrorCode::kDataLoss, "the store is damaged, cut short or altered")
      .WithHint("put back an intact copy; the file itself has not been changed");
}

Result<Document> ParseDocument(std::string_view text) {
  const Result<Value> root = ParseJson(text);
  if (!root.ok()) return DamagedStore();
  MemberReader reader(*root);
  reader.Require(reader.Text("format") == store_format::kName);
  const std::uint64_t version = reader.Count("version");
  if (version > store_format::kVersion) {
    return Error(ErrorCode::kFailedPrecondition,
                 "the store has format version " + std::to_string(version) +
                     ", this program reads version " + std::to_string(store_format::kVersion));
  }
  reader.Require(version == store_format::kVersion);

  Document document;
  document.key = ReadKeySection(reader.Map("key"), reader);
  for (const Value& item : reader.List("connections")) {
    document.connections.push_back(ReadConnection(item, document.key.mode, reader));
  }
  for (const Value& item : reader.List("variables")) {
    document.variables.push_back(ReadVariable(item, document.key.mode, reader));
  }
  reader.Text("mac");
  if (!reader.ReadAll() || !HoldTogether(document)) return DamagedStore();
  return document;
}

Secret WriteDocument(const Document& document) {
  std::vector<Value> connections;
  for (const ConnectionRecord& record : document.connections) {
    connections.push_back(WriteConnection(record));
  }
  std::vector<Value> variables;
  for (const VariableRecord& record : document.variables) {
    variables.push_back(WriteVariable(record));
  }
  std::vector<Value::Member> members;
  members.push_back({"format", Value::String(store_format::kName)});
  members.push_back({"version", Value::Number(std::to_string(store_format::kVersion))});
  members.push_back({"key", WriteKeySection(document.key)});
  members.push_back({"connections", Value::List(std::move(connections))});
  members.push_back({"variables", Value::List(std::move(variables))});
  const Secret text = WriteJson(Value::Map(std::move(members)), JsonStyle::kIndented);
  // Without the closing "\n}": the MAC member comes first.
  return Secret::CopyOf(text.Reveal().substr(0, text.size() - 2));
}

}  // namespace injector
