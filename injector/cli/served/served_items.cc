#include "injector/cli/served/served_items.h"

#include <charconv>

namespace injector {
namespace {

Error Unexpected(std::string_view what) {
  return Error(ErrorCode::kDataLoss, "the service's answer holds " + std::string(what));
}

// 0 when it is absent or no whole number.
std::uint64_t NumberMember(const Value& json, std::string_view name) {
  const Value* member = json.Find(name);
  if (member == nullptr || member->kind() != Value::Kind::kNumber) return 0;
  const std::string& text = member->number_text();
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::string TextMember(const Value& json, std::string_view name) {
  const Value* member = json.Find(name);
  const bool is_text = member != nullptr && member->kind() == Value::Kind::kString;
  return is_text ? std::string(member->string().Reveal()) : "";
}

std::vector<std::string> TextsMember(const Value& json, std::string_view name) {
  std::vector<std::string> texts;
  const Value* member = json.Find(name);
  if (member == nullptr || member->kind() != Value::Kind::kList) return texts;
  for (const Value& item : member->items()) {
    if (item.kind() == Value::Kind::kString) texts.emplace_back(item.string().Reveal());
  }
  return texts;
}

bool BoolMember(const Value& json, std::string_view name) {
  const Value* member = json.Find(name);
  return member != nullptr && member->kind() == Value::Kind::kBool && member->boolean();
}

std::vector<ConnectionEntry> EntriesOf(const std::vector<ServedConnection>& connections) {
  std::vector<ConnectionEntry> entries;
  for (const ServedConnection& connection : connections) {
    entries.push_back({connection.shown.name, connection.shown.is_default});
  }
  return entries;
}

Value Picked(const Value& json, std::initializer_list<std::string_view> names) {
  std::vector<Value::Member> members;
  for (const std::string_view name : names) {
    const Value* member = json.Find(name);
    if (member == nullptr || member->is_null()) continue;
    members.push_back({std::string(name), member->Clone()});
  }
  return Value::Map(std::move(members));
}

Value TextList(const std::vector<std::string>& texts) {
  std::vector<Value> items;
  for (const std::string& text : texts) items.push_back(Value::String(text));
  return Value::List(std::move(items));
}

Result<ServedConnection> ParseServedConnection(const Value& json) {
  ServedConnection connection;
  connection.id = TextMember(json, "id");
  ListedConnection& shown = connection.shown;
  shown.name = {TextMember(json, "type"), TextMember(json, "name")};
  const Value* fields = json.Find("fields");
  const bool is_one = IsValidType(shown.name.type) && IsValidAlias(shown.name.alias) &&
                      fields != nullptr && fields->kind() == Value::Kind::kMap;
  if (!is_one || connection.id.empty()) return Unexpected("something that is no connection");
  for (const Value::Member& field : fields->members()) {
    shown.fields.push_back({field.name, field.value.Clone()});
  }
  shown.secret_fields = TextsMember(json, "secretFields");
  shown.is_default = BoolMember(json, "default");
  shown.description = TextMember(json, "description");
  shown.expires_at = TextMember(json, "expiresAt");
  shown.rotate_every = TextMember(json, "rotateEvery");
  shown.last_used_at = TextMember(json, "lastUsedAt");
  shown.rotated_at = TextMember(json, "rotatedAt");
  shown.version = NumberMember(json, "version");
  connection.no_scrub = TextsMember(json, "noScrub");
  connection.changed_by = TextMember(json, "changedBy");
  connection.changed_at = TextMember(json, "changedAt");
  return connection;
}

Result<DatedVariable> ParseServedVariable(const Value& json) {
  DatedVariable served;
  Variable& variable = served.variable;
  variable.key = TextMember(json, "key");
  if (!IsValidVariableKey(variable.key)) return Unexpected("something that is no variable");
  variable.value = Secret::CopyOf(TextMember(json, "value"));
  variable.description = TextMember(json, "description");
  variable.is_secret = BoolMember(json, "isSecret");
  variable.version = NumberMember(json, "version");
  served.changed_at = TextMember(json, "changedAt");
  return served;
}

}  // namespace injector
