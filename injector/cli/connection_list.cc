#include "injector/cli/connection_list.h"

#include <algorithm>

#include "injector/base/clock.h"
#include "injector/base/utf8.h"
#include "injector/cli/display_width.h"
#include "injector/model/catalogue.h"
#include "injector/model/connection_json.h"
#include "injector/model/redaction.h"

namespace injector {
namespace {

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

  std::string Render(std::span<const ConnectionRow> connections) && {
    for (const ConnectionRow& listed : connections) {
      name_width_ = std::max(name_width_, DisplayWidth(listed.connection.name.alias));
      if (listed.source != connections.front().source) show_source_ = true;
    }
    for (const std::string& type : TypesOf(connections)) {
      text_ += (text_.empty() ? "" : "\n") + emphasis_.Heading(Printable(type)) + "\n";
      for (const ConnectionRow& listed : connections) {
        if (listed.connection.name.type == type) Add(listed);
      }
    }
    return std::move(text_);
  }

 private:
  static std::vector<std::string> TypesOf(std::span<const ConnectionRow> connections) {
    std::vector<std::string> types;
    for (const ConnectionRow& listed : connections) {
      const std::string& type = listed.connection.name.type;
      if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
    }
    return types;
  }

  void Add(const ConnectionRow& listed) {
    const Connection& connection = listed.connection;
    std::string line = connection.is_default ? "  * " : "    ";
    line += Padded(Printable(connection.name.alias), name_width_ + 2);
    line += Printable(ConnectionSummaryLine(connection));
    line.erase(line.find_last_not_of(' ') + 1);
    text_ += line + "\n";
    AddDetails(DetailsOf(listed));
  }

  std::vector<std::string> DetailsOf(const ConnectionRow& listed) const {
    std::vector<std::string> details;
    const std::string& expiry = listed.connection.expires_at;
    if (!expiry.empty()) {
      details.push_back(IsExpired(listed.connection, now_)
                            ? emphasis_.Failure("Expired: " + Printable(expiry))
                            : "Expires: " + Printable(expiry));
    }
    for (const EnvironmentUse& use : listed.environment) {
      details.push_back(
          "Environment: " + Printable(use.variable) + " " +
          (use.is_set ? emphasis_.Success("[✓ Set]") : emphasis_.Failure("[✗ Missing]")));
    }
    if (show_source_) details.push_back("Source: " + Printable(listed.source));
    if (!listed.shadowed_by.empty()) {
      details.push_back(emphasis_.Warning("Shadowed by: " + Printable(listed.shadowed_by)));
    }
    return details;
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

Value EnvironmentAsJson(const std::vector<EnvironmentUse>& environment) {
  std::vector<Value> items;
  for (const EnvironmentUse& use : environment) {
    std::vector<Value::Member> members;
    members.push_back({"variable", Value::String(use.variable)});
    members.push_back({"set", Value::Bool(use.is_set)});
    items.push_back(Value::Map(std::move(members)));
  }
  return Value::List(std::move(items));
}

}  // namespace

std::string ConnectionListAsText(std::span<const ConnectionRow> connections,
                                 std::chrono::system_clock::time_point now,
                                 const Emphasis& emphasis) {
  return TextList(now, emphasis).Render(connections);
}

Value ConnectionListAsJson(std::span<const ConnectionRow> connections,
                           std::chrono::system_clock::time_point now) {
  std::vector<Value> items;
  for (const ConnectionRow& listed : connections) {
    Value item = ConnectionToJson(listed.connection, SecretView::kHidden);
    auto& members = item.members();
    members.push_back({"source", Value::String(listed.source)});
    members.push_back({"environment", EnvironmentAsJson(listed.environment)});
    if (!listed.connection.expires_at.empty()) {
      members.push_back({"expired", Value::Bool(IsExpired(listed.connection, now))});
    }
    if (!listed.shadowed_by.empty()) {
      members.push_back({"shadowedBy", Value::String(listed.shadowed_by)});
    }
    items.push_back(std::move(item));
  }
  return Value::List(std::move(items));
}

std::string ConnectionSummaryLine(const Connection& connection) {
  Connection shown;
  shown.name = connection.name;
  shown.fields = HideSecrets(connection).fields;
  std::string line = TakeAddress(shown);
  for (const FlatField& leaf : Flatten(shown)) {
    if (IsContainer(*leaf.value)) continue;  // what was in it is hidden
    line += (line.empty() ? "" : " ") + leaf.path + "=" + Shortened(leaf.value->ToText().Reveal());
  }
  return line;
}

bool IsExpired(const Connection& connection, std::chrono::system_clock::time_point now) {
  const auto end = ParseRfc3339(connection.expires_at);
  return end && *end <= now;
}

}  // namespace injector
