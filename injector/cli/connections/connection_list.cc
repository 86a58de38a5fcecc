#include "injector/cli/connections/connection_list.h"

#include <algorithm>

#include "injector/base/clock.h"
#include "injector/base/printable.h"
#include "injector/base/utf8.h"
#include "injector/cli/connections/expiry.h"
#include "injector/cli/display_width.h"
#include "injector/model/catalogue.h"
#include "injector/model/upkeep.h"

namespace injector {
namespace {

using Listed = ListedItem<ListedConnection>;

// The beginning of a text that would make a line too long.
std::string Shortened(std::string_view text) {
  constexpr std::size_t kLongest = 48;  // characters
  std::size_t end = 0;
  for (std::size_t count = 0; end < text.size(); ++count) {
    if (count == kLongest) return std::string(text.substr(0, end)) + "…";
    const auto character = DecodeUtf8(text.substr(end));
    end += character ? character->length : 1;
  }
  return std::string(text);
}

bool IsContainer(const Value& value) {
  return value.kind() == Value::Kind::kMap || value.kind() == Value::Kind::kList;
}

// Takes the field that means `part` in a connection of that type out of `shown`; empty when there
// is none, or none that fits on a line.
std::string TakePart(Connection& shown, std::string_view part) {
  const std::string& type = shown.name.type;
  const std::string_view wanted = CanonicalFieldName(type, part);
  const auto field =
      std::find_if(shown.fields.begin(), shown.fields.end(), [&](const Field& candidate) {
        return CanonicalFieldName(type, candidate.name) == wanted && !IsContainer(candidate.value);
      });
  if (field == shown.fields.end()) return {};
  std::string text = Shortened(field->value.ToText().Reveal());
  shown.fields.erase(field);
  return text;
}

// "login@host:port/schema"; empty without a host, when the parts say more under their own names.
std::string TakeAddress(Connection& shown) {
  std::string host = TakePart(shown, "host");
  if (host.empty()) return {};
  const std::string login = TakePart(shown, "login");
  const std::string port = TakePart(shown, "port");
  const std::string schema = TakePart(shown, "schema");
  std::string address = login.empty() ? std::move(host) : login + "@" + host;
  if (!port.empty()) address += ":" + port;
  if (!schema.empty()) address += "/" + schema;
  return address;
}

class TextList {
 public:
  TextList(std::chrono::system_clock::time_point now, const Emphasis& emphasis)
      : now_(now), emphasis_(emphasis) {}

  std::string Render(std::span<const Listed> connections) && {
    for (const Listed& listed : connections) {
      name_width_ = std::max(name_width_, DisplayWidth(listed.item.name.alias));
      if (listed.source != connections.front().source) show_source_ = true;
    }
    for (const std::string& type : TypesOf(connections)) {
      text_ += (text_.empty() ? "" : "\n") + emphasis_.Heading(Printable(type)) + "\n";
      for (const Listed& listed : connections) {
        if (listed.item.name.type == type) Add(listed);
      }
    }
    return std::move(text_);
  }

 private:
  static std::vector<std::string> TypesOf(std::span<const Listed> connections) {
    std::vector<std::string> types;
    for (const Listed& listed : connections) {
      const std::string& type = listed.item.name.type;
      if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
    }
    return types;
  }

  void Add(const Listed& listed) {
    const ListedConnection& connection = listed.item;
    std::string line = connection.is_default ? "  * " : "    ";
    line += Padded(Printable(connection.name.alias), name_width_ + 2);
    line += Printable(ConnectionSummaryLine(connection));
    line.erase(line.find_last_not_of(' ') + 1);
    text_ += line + "\n";
    AddDetails(DetailsOf(listed));
  }

  std::vector<std::string> DetailsOf(const Listed& listed) const {
    std::vector<std::string> details = UpkeepLines(listed.item);
    for (const ListedReference& use : listed.item.references) {
      details.push_back(
          "Environment: " + Printable(use.name) + " " +
          (use.is_set ? emphasis_.Success("[✓ Set]") : emphasis_.Failure("[✗ Missing]")));
    }
    if (show_source_) details.push_back("Source: " + Printable(listed.source));
    if (!listed.shadowed_by.empty()) {
      details.push_back(emphasis_.Warning("Shadowed by: " + Printable(listed.shadowed_by)));
    }
    return details;
  }

  std::vector<std::string> UpkeepLines(const ListedConnection& connection) const {
    std::vector<std::string> lines;
    if (!connection.expires_at.empty()) lines.push_back(ExpiryLine(connection.expires_at));
    if (!connection.rotate_every.empty()) lines.push_back(RotationLine(connection));
    return lines;
  }

  std::string ExpiryLine(const std::string& expires_at) const {
    const UpkeepState state = StateAt(UpkeepOf(expires_at, "", {}), now_);
    const std::string time = Printable(expires_at);
    if (state == UpkeepState::kExpired) return emphasis_.Failure("EXPIRED: " + time);
    if (state == UpkeepState::kDueSoon) return emphasis_.Warning("Expires SOON: " + time);
    return "Expires: " + time;
  }

  std::string RotationLine(const ListedConnection& connection) const {
    const Upkeep upkeep =
        UpkeepOf("", connection.rotate_every, ParseRfc3339(connection.rotated_at));
    std::string line = "Rotate every " + Printable(connection.rotate_every);
    if (upkeep.rotate_by) line += ", by " + FormatRfc3339(*upkeep.rotate_by);
    const UpkeepState state = StateAt(upkeep, now_);
    if (state == UpkeepState::kOverdue) return emphasis_.Failure("OVERDUE: " + line);
    return state == UpkeepState::kDueSoon ? emphasis_.Warning("DUE SOON: " + line) : line;
  }

  void AddDetails(const std::vector<std::string>& details) {
    for (const std::string& detail : details) {
      text_ += &detail == &details.back() ? "    └─ " : "    ├─ ";
      text_ += detail + "\n";
    }
  }

  std::chrono::system_clock::time_point now_;
  const Emphasis& emphasis_;
  std::size_t name_width_ = 0;
  bool show_source_ = false;  // they come from more than one
  std::string text_;
};

Value EnvironmentAsJson(const std::vector<ListedReference>& references) {
  std::vector<Value> items;
  for (const ListedReference& reference : references) {
    std::vector<Value::Member> members;
    members.push_back({"variable", Value::String(reference.name)});
    members.push_back({"field", Value::String(reference.field)});
    members.push_back({"set", Value::Bool(reference.is_set)});
    items.push_back(Value::Map(std::move(members)));
  }
  return Value::List(std::move(items));
}

Value FieldsAsJson(const std::vector<Field>& fields) {
  std::vector<Value::Member> members;
  for (const Field& field : fields) members.push_back({field.name, field.value.Clone()});
  return Value::Map(std::move(members));
}

Value NamesAsJson(const std::vector<std::string>& names) {
  std::vector<Value> items;
  for (const std::string& name : names) items.push_back(Value::String(name));
  return Value::List(std::move(items));
}

std::vector<Value::Member> UpkeepMembers(const ListedConnection& connection,
                                         std::chrono::system_clock::time_point now) {
  const Upkeep upkeep =
      UpkeepOf(connection.expires_at, connection.rotate_every, ParseRfc3339(connection.rotated_at));
  std::vector<Value::Member> members;
  const auto add = [&members](std::string name, std::string_view text) {
    if (!text.empty()) members.push_back({std::move(name), Value::String(text)});
  };
  add("rotateEvery", connection.rotate_every);
  add("rotatedAt", connection.rotated_at);
  add("lastUsedAt", connection.last_used_at);
  if (upkeep.rotate_by) add("rotateBy", FormatRfc3339(*upkeep.rotate_by));
  if (connection.expires_at.empty() && connection.rotate_every.empty()) return members;
  add("upkeep", UpkeepStateName(StateAt(upkeep, now)));
  return members;
}

Value AsJson(const Listed& listed, std::chrono::system_clock::time_point now) {
  const ListedConnection& connection = listed.item;
  std::vector<Value::Member> members;
  members.push_back({"name", Value::String(connection.name.alias)});
  members.push_back({"type", Value::String(connection.name.type)});
  members.push_back({"default", Value::Bool(connection.is_default)});
  members.push_back({"description", Value::String(connection.description)});
  members.push_back({"version", Value::Number(static_cast<std::int64_t>(connection.version))});
  members.push_back({"fields", FieldsAsJson(connection.fields)});
  members.push_back({"secretFields", NamesAsJson(connection.secret_fields)});
  members.push_back({"source", Value::String(listed.source)});
  members.push_back({"environment", EnvironmentAsJson(connection.references)});
  if (!connection.expires_at.empty()) {
    members.push_back({"expiresAt", Value::String(connection.expires_at)});
    members.push_back({"expired", Value::Bool(IsExpired(connection.expires_at, now))});
  }
  for (Value::Member& member : UpkeepMembers(connection, now)) members.push_back(std::move(member));
  if (!listed.shadowed_by.empty()) {
    members.push_back({"shadowedBy", Value::String(listed.shadowed_by)});
  }
  return Value::Map(std::move(members));
}

}  // namespace

std::string ConnectionListAsText(std::span<const Listed> connections,
                                 std::chrono::system_clock::time_point now,
                                 const Emphasis& emphasis) {
  return TextList(now, emphasis).Render(connections);
}

Value ConnectionListAsJson(std::span<const Listed> connections,
                           std::chrono::system_clock::time_point now) {
  std::vector<Value> items;
  for (const Listed& listed : connections) items.push_back(AsJson(listed, now));
  return Value::List(std::move(items));
}

std::string ConnectionSummaryLine(const ListedConnection& connection) {
  Connection shown;
  shown.name = connection.name;
  for (const Field& field : connection.fields) {
    shown.fields.push_back({field.name, field.value.Clone()});
  }
  std::string line = TakeAddress(shown);
  for (const FlatField& leaf : Flatten(shown)) {
    if (IsContainer(*leaf.value)) continue;  // what was in it is hidden
    line += (line.empty() ? "" : " ") + leaf.path + "=" + Shortened(leaf.value->ToText().Reveal());
  }
  return line;
}

}  // namespace injector
