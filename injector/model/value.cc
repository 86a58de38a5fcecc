#include "injector/model/value.h"

#include <algorithm>

#include "injector/model/json.h"

namespace injector {

Value Value::Bool(bool value) {
  Value result;
  result.state_ = value;
  return result;
}

Value Value::Number(std::string json_text) {
  Value result;
  result.state_ = NumberText{std::move(json_text)};
  return result;
}

Value Value::String(Secret text) {
  Value result;
  result.state_ = std::move(text);
  return result;
}

Value Value::List(std::vector<Value> items) {
  Value result;
  result.state_ = std::move(items);
  return result;
}

Value Value::Map(std::vector<Member> members) {
  Value result;
  result.state_ = std::move(members);
  return result;
}

Value Value::Clone() const {
  switch (kind()) {
    case Kind::kNull:
      return Value();
    case Kind::kBool:
      return Bool(boolean());
    case Kind::kNumber:
      return Number(number_text());
    case Kind::kString:
      return String(string().Clone());
    case Kind::kList: {
      std::vector<Value> copies;
      copies.reserve(items().size());
      for (const Value& item : items()) copies.push_back(item.Clone());
      return List(std::move(copies));
    }
    case Kind::kMap: {
      std::vector<Member> copies;
      copies.reserve(members().size());
      for (const Member& member : members()) copies.push_back({member.name, member.value.Clone()});
      return Map(std::move(copies));
    }
  }
  return Value();
}

const Value* Value::Find(std::string_view name) const {
  if (kind() != Kind::kMap) return nullptr;
  for (const Member& member : members()) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

Secret Value::ToText() const {
  if (kind() == Kind::kNull) return Secret();
  if (kind() == Kind::kString) return string().Clone();
  return WriteJson(*this);
}

bool operator==(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Value::Kind::kNull:
      return true;
    case Value::Kind::kBool:
      return a.boolean() == b.boolean();
    case Value::Kind::kNumber:
      return a.number_text() == b.number_text();
    case Value::Kind::kString:
      return a.string() == b.string();
    case Value::Kind::kList:
      return a.items() == b.items();
    case Value::Kind::kMap:
      return std::equal(
          a.members().begin(), a.members().end(), b.members().begin(), b.members().end(),
          [](const auto& x, const auto& y) { return x.name == y.name && x.value == y.value; });
  }
  return false;
}

}  // namespace injector
