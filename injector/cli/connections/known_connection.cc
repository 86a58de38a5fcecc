#include "injector/cli/connections/known_connection.h"

#include <algorithm>
#include <utility>

#include "injector/base/hex.h"
#include "injector/crypto/random.h"

namespace injector {
namespace {

using Members = std::vector<Value::Member>;

Result<std::string> RandomText() {
  constexpr std::size_t kBytes = 16;
  ASSIGN_OR_RETURN(const Secret bytes, RandomBytes(kBytes));
  return HexEncode(bytes.Reveal());
}

Members CloneFields(const std::vector<Field>& fields) {
  Members members;
  for (const Field& field : fields) members.push_back({field.name, field.value.Clone()});
  return members;
}

Value TextOrNull(const std::string& text) { return text.empty() ? Value() : Value::String(text); }

Value ListOrNull(const std::vector<std::string>& texts) {
  return texts.empty() ? Value() : TextList(texts);
}

// The settings in which the two differ.
Members SettingsPatch(const Connection& former, const Connection& wanted) {
  Members patch;
  if (former.is_default != wanted.is_default) {
    patch.push_back({"default", Value::Bool(wanted.is_default)});
  }
  if (former.description != wanted.description) {
    patch.push_back({"description", TextOrNull(wanted.description)});
  }
  if (former.expires_at != wanted.expires_at) {
    patch.push_back({"expiresAt", TextOrNull(wanted.expires_at)});
  }
  if (former.rotate_every != wanted.rotate_every) {
    patch.push_back({"rotateEvery", TextOrNull(wanted.rotate_every)});
  }
  if (former.secret_fields != wanted.secret_fields) {
    patch.push_back({"secretFields", ListOrNull(wanted.secret_fields)});
  }
  if (former.no_scrub != wanted.no_scrub) {
    patch.push_back({"noScrub", ListOrNull(wanted.no_scrub)});
  }
  return patch;
}

bool IsMap(const Value& value) { return value.kind() == Value::Kind::kMap; }

// The differences of two maps, and of the maps inside them.
class MapPatch {
 public:
  explicit MapPatch(const std::vector<std::string>& hidden) : hidden_(hidden) {}

  // `path` of the maps, with a dot at its end; empty for the whole config.
  Result<Value> Between(const Value& former, const Value& wanted, const std::string& path) const {
    Members patch;
    for (const Value::Member& member : wanted.members()) {
      const Value* before = former.Find(member.name);
      if (before != nullptr && *before == member.value) continue;
      ASSIGN_OR_RETURN(Value change, Change(before, member.value, path + member.name));
      patch.push_back({member.name, std::move(change)});
    }
    for (const Value::Member& member : former.members()) {
      if (wanted.Find(member.name) == nullptr) patch.push_back({member.name, Value()});
    }
    return Value::Map(std::move(patch));
  }

 private:
  Result<Value> Change(const Value* before, const Value& value, const std::string& path) const {
    if (!IsMap(value) || before == nullptr) return value.Clone();
    if (IsMap(*before)) return Between(*before, value, path + ".");
    if (std::ranges::find(hidden_, path) == hidden_.end()) return value.Clone();
    return Error(ErrorCode::kFailedPrecondition,
                 path +
                     ": holds secrets that the service does not show, so it cannot be replaced "
                     "by a map in one step")
        .WithHint("remove it first: --unset " + path);
  }

  const std::vector<std::string>& hidden_;
};

// "auth.token" beside an `auth` that is hidden would be a field of its own.
Status RefuseFieldsInsideHidden(const Connection& wanted, const KnownConnection& known) {
  for (const Field& field : wanted.fields) {
    if (known.connection.FieldNamed(field.name) != nullptr) continue;
    const std::string outer = field.name.substr(0, field.name.find('.'));
    const bool reaches_inside =
        outer != field.name && std::ranges::find(known.hidden, outer) != known.hidden.end();
    if (!reaches_inside) continue;
    return Error(ErrorCode::kFailedPrecondition,
                 field.name + ": " + outer + " holds secrets that the service does not show")
        .WithHint("remove it (--unset " + outer + "), then give it whole with --json");
  }
  return {};
}

Value WithTextAt(const Value& value, std::string_view path, const std::string& text);

Value WithTextInMap(const Value& map, std::string_view path, const std::string& text) {
  const std::size_t dot = path.find('.');
  Members members;
  bool placed = map.Find(path) != nullptr;
  for (const Value::Member& member : map.members()) {
    const bool on_the_way = dot != std::string_view::npos && member.name == path.substr(0, dot);
    placed = placed || on_the_way;
    members.push_back({member.name, on_the_way
                                        ? WithTextAt(member.value, path.substr(dot + 1), text)
                                        : member.value.Clone()});
  }
  if (!placed) members.push_back({std::string(path), Value::String(text)});
  return Value::Map(std::move(members));
}

Value WithTextInList(const Value& list, std::string_view path, const std::string& text) {
  const std::size_t dot = path.find('.');
  std::vector<Value> items;
  for (const Value& item : list.items()) {
    const bool on_the_way = std::to_string(items.size()) == path.substr(0, dot);
    items.push_back(on_the_way && dot != std::string_view::npos
                        ? WithTextAt(item, path.substr(dot + 1), text)
                        : item.Clone());
  }
  return Value::List(std::move(items));
}

// `value` with `text` where `path` leads to through its maps and lists.
Value WithTextAt(const Value& value, std::string_view path, const std::string& text) {
  if (value.kind() == Value::Kind::kMap) return WithTextInMap(value, path, text);
  if (value.kind() == Value::Kind::kList) return WithTextInList(value, path, text);
  return value.Clone();
}

// `text` at the very path: a field that means the same may stand beside it.
Connection WithStandIn(Connection connection, const std::string& path, const std::string& text) {
  if (connection.FieldNamed(path) != nullptr) return connection;
  const std::size_t dot = path.find('.');
  for (Field& field : connection.fields) {
    if (dot == std::string::npos || field.name != path.substr(0, dot)) continue;
    field.value = WithTextAt(field.value, std::string_view(path).substr(dot + 1), text);
    return connection;
  }
  connection.fields.push_back({path, Value::String(text)});
  return connection;
}

}  // namespace

Result<KnownConnection> KnownOf(const ServedConnection& served) {
  const ListedConnection& shown = served.shown;
  KnownConnection known{.connection = {}, .hidden = shown.secret_fields};
  Connection& connection = known.connection;
  connection.name = shown.name;
  connection.is_default = shown.is_default;
  connection.description = shown.description;
  connection.expires_at = shown.expires_at;
  connection.rotate_every = shown.rotate_every;
  connection.version = shown.version;
  connection.no_scrub = served.no_scrub;
  connection.secret_fields = shown.secret_fields;
  for (const Field& field : shown.fields) {
    connection.fields.push_back({field.name, field.value.Clone()});
  }
  // One for all: two spellings of a field do not contradict each other.
  ASSIGN_OR_RETURN(const std::string text, RandomText());
  for (const std::string& path : shown.secret_fields) {
    connection = WithStandIn(std::move(connection), path, text);
  }
  return known;
}

Value CreationOf(const Connection& wanted) {
  Members members = SettingsPatch(Connection(), wanted);
  members.push_back({"name", Value::String(wanted.name.alias)});
  members.push_back({"type", Value::String(wanted.name.type)});
  members.push_back({"config", Value::Map(CloneFields(wanted.fields))});
  return Value::Map(std::move(members));
}

Result<Value> PatchTo(const Connection& wanted, const KnownConnection& known) {
  const Connection& former = known.connection;
  RETURN_IF_ERROR(RefuseFieldsInsideHidden(wanted, known));
  ASSIGN_OR_RETURN(Value config, MapPatch(known.hidden)
                                     .Between(Value::Map(CloneFields(former.fields)),
                                              Value::Map(CloneFields(wanted.fields)), ""));
  Members patch = SettingsPatch(former, wanted);
  if (!config.members().empty()) patch.push_back({"config", std::move(config)});
  return Value::Map(std::move(patch));
}

}  // namespace injector
