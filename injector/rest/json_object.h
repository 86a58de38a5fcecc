#pragma once
// JSON objects, member by member: built for answers, read strictly from requests.

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/value.h"

namespace injector::rest {

using TimePoint = std::chrono::system_clock::time_point;

class ObjectBuilder {
 public:
  ObjectBuilder& Add(std::string name, Value value) {
    members_.push_back({std::move(name), std::move(value)});
    return *this;
  }
  ObjectBuilder& Add(std::string name, std::string_view text) {
    return Add(std::move(name), Value::String(text));
  }
  ObjectBuilder& Add(std::string name, const char* text) {
    return Add(std::move(name), Value::String(std::string_view(text)));
  }
  ObjectBuilder& Add(std::string name, std::int64_t number) {
    return Add(std::move(name), Value::Number(number));
  }
  // As RFC 3339.
  ObjectBuilder& Add(std::string name, TimePoint time);
  ObjectBuilder& Add(std::string name, const std::vector<std::string>& texts);
  ObjectBuilder& AddBool(std::string name, bool value) {
    return Add(std::move(name), Value::Bool(value));
  }
  Value Build() && { return Value::Map(std::move(members_)); }

 private:
  std::vector<Value::Member> members_;
};

// Every error is kInvalidArgument and names a member that the interface knows; what else stands in
// the request, names included, is never repeated.
class ObjectReader {
 public:
  // `json` must be an object with no other members than `known`, and outlive the reader.
  static Result<ObjectReader> Open(const Value& json,
                                   std::initializer_list<std::string_view> known);

  // nullptr when it is absent or null.
  const Value* Find(std::string_view name) const;
  Result<std::optional<std::string>> Text(std::string_view name) const;
  Result<std::string> RequiredText(std::string_view name) const;
  Result<std::optional<bool>> Bool(std::string_view name) const;
  Result<std::optional<std::int64_t>> Number(std::string_view name) const;
  // Empty when it is absent.
  Result<std::vector<std::string>> Texts(std::string_view name) const;
  Result<std::optional<TimePoint>> Time(std::string_view name) const;
  // The items of a list; empty when it is absent.
  Result<std::vector<const Value*>> Items(std::string_view name) const;

 private:
  explicit ObjectReader(const Value& json) : json_(&json) {}
  const Value* json_;
};

// The RFC 3339 time that `text` spells, if the clock can tell it (the years 1678 to 2261).
std::optional<TimePoint> ParseTime(std::string_view text);

// The number that `text` spells, if it is a whole one of at least `least` and at most `most`.
std::optional<std::int64_t> ParseWholeNumber(std::string_view text, std::int64_t least,
                                             std::int64_t most);

}  // namespace injector::rest
