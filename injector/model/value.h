#pragma once
// Value: any JSON value, as a connection's field holds it. Strings are Secrets, because at this
// level nobody knows yet which of them is a password: they are wiped, move-only and cannot be
// logged by accident. Numbers keep the text they were written with, so that 1.10 stays 1.10 and a
// 64-bit id loses no digit.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "injector/base/secret.h"

namespace injector {

class Value {
 public:
  struct Member;
  enum class Kind { kNull, kBool, kNumber, kString, kList, kMap };

  Value();  // null
  static Value Bool(bool value);
  // Requires: `json_text` is a JSON number.
  static Value Number(std::string json_text);
  static Value Number(std::int64_t number);
  static Value String(Secret text);
  static Value String(std::string_view text);
  static Value List(std::vector<Value> items);
  // Keeps the order of members.
  static Value Map(std::vector<Member> members);

  Value(Value&&) noexcept;
  Value& operator=(Value&&) noexcept;
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;
  ~Value();

  Value Clone() const;

  Kind kind() const { return static_cast<Kind>(state_.index()); }
  bool is_null() const { return kind() == Kind::kNull; }

  // Each requires its kind.
  bool boolean() const { return std::get<bool>(state_); }
  const std::string& number_text() const { return std::get<NumberText>(state_).text; }
  const Secret& string() const { return std::get<Secret>(state_); }
  const std::vector<Value>& items() const { return std::get<std::vector<Value>>(state_); }
  const std::vector<Member>& members() const { return std::get<std::vector<Member>>(state_); }
  std::vector<Member>& members() { return std::get<std::vector<Member>>(state_); }

  // The member named `name`; nullptr when there is none or this is not a map.
  const Value* Find(std::string_view name) const;

  // As a variable shows it: a string as it is, numbers and booleans as JSON text, maps and lists as
  // compact JSON, null as nothing.
  Secret ToText() const;

  // Deep; strings in constant time per string. Numbers by text.
  friend bool operator==(const Value& a, const Value& b);

 private:
  struct NumberText {
    std::string text;
  };
  std::variant<std::monostate, bool, NumberText, Secret, std::vector<Value>, std::vector<Member>>
      state_;
};

struct Value::Member {
  std::string name;
  Value value;
};

// Here and not inside the class: only now is a Member complete.
inline Value::Value() = default;
inline Value::Value(Value&&) noexcept = default;
inline Value& Value::operator=(Value&&) noexcept = default;
inline Value::~Value() = default;
inline Value Value::Number(std::int64_t number) { return Number(std::to_string(number)); }
inline Value Value::String(std::string_view text) { return String(Secret::CopyOf(text)); }

}  // namespace injector
