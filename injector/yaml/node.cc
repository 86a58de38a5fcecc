#include "injector/yaml/node.h"

#include "injector/base/ascii.h"

namespace injector {
namespace {

std::string_view SkipDigits(std::string_view text) {
  while (!text.empty() && IsAsciiDigit(text.front())) text.remove_prefix(1);
  return text;
}

// RFC 8259, section 6.
bool IsJsonNumber(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || !IsAsciiDigit(text.front())) return false;
  text = text.front() == '0' ? text.substr(1) : SkipDigits(text);
  if (text.starts_with('.')) {
    if (text.size() < 2 || !IsAsciiDigit(text[1])) return false;
    text = SkipDigits(text.substr(1));
  }
  if (text.empty()) return true;
  if (ToAsciiLower(text.front()) != 'e') return false;
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && SkipDigits(text).empty();
}

Value ScalarValue(const YamlNode& node) {
  const std::string_view text = node.text.Reveal();
  if (node.quoted) return Value::String(text);
  for (std::string_view word : {"true", "True", "TRUE"}) {
    if (text == word) return Value::Bool(true);
  }
  for (std::string_view word : {"false", "False", "FALSE"}) {
    if (text == word) return Value::Bool(false);
  }
  if (IsJsonNumber(text)) return Value::Number(std::string(text));
  return Value::String(text);
}

}  // namespace

std::size_t YamlNode::node_count() const {
  std::size_t count = 1;
  for (const YamlNode& item : items) count += item.node_count();
  for (const Member& member : members) count += member.value.node_count();
  return count;
}

const YamlNode* YamlNode::Find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

YamlNode YamlNode::Clone() const {
  YamlNode copy;
  copy.kind = kind;
  copy.position = position;
  copy.text = text.Clone();
  copy.quoted = quoted;
  for (const YamlNode& item : items) copy.items.push_back(item.Clone());
  for (const Member& member : members) {
    copy.members.push_back({member.key, member.position, member.value.Clone()});
  }
  return copy;
}

Value ToValue(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return Value();
    case YamlNode::Kind::kScalar:
      return ScalarValue(node);
    case YamlNode::Kind::kList: {
      std::vector<Value> items;
      for (const YamlNode& item : node.items) items.push_back(ToValue(item));
      return Value::List(std::move(items));
    }
    case YamlNode::Kind::kMap:
      break;
  }
  std::vector<Value::Member> members;
  for (const YamlNode::Member& member : node.members) {
    members.push_back({member.key, ToValue(member.value)});
  }
  return Value::Map(std::move(members));
}

}  // namespace injector
