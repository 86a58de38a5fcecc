#pragma once
// Values and connections from JSON text, and back, so that a test's rows are short.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "injector/model/connection.h"
#include "injector/model/json.h"

namespace injector {

inline Value FromJson(std::string_view text) {
  Result<Value> value = ParseJson(text);
  EXPECT_TRUE(value.ok()) << "a test's own JSON is wrong: " << text;
  return value.ok() ? std::move(value).value() : Value();
}

inline std::string ToJson(const Value& value) { return std::string(WriteJson(value).Reveal()); }

inline std::vector<Field> FieldsFromJson(std::string_view text) {
  Value map = FromJson(text);
  std::vector<Field> fields;
  for (Value::Member& member : map.members()) {
    fields.push_back({member.name, std::move(member.value)});
  }
  return fields;
}

inline std::string ToJson(const std::vector<Field>& fields) {
  std::vector<Value::Member> members;
  for (const Field& field : fields) members.push_back({field.name, field.value.Clone()});
  return ToJson(Value::Map(std::move(members)));
}

// @TYPE.db with the fields of a JSON object.
inline Connection ConnectionOf(std::string type, std::string_view fields_json) {
  Connection connection;
  connection.name = {std::move(type), "db"};
  connection.fields = FieldsFromJson(fields_json);
  return connection;
}

}  // namespace injector
