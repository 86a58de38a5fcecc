#include "injector/rest/json_object.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "injector/base/clock.h"

namespace injector::rest {
namespace {

Error Expected(std::string_view name, std::string_view kind) {
  return Error(ErrorCode::kInvalidArgument, std::string(name) + ": expected " + std::string(kind));
}

std::string Joined(std::initializer_list<std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

}  // namespace

ObjectBuilder& ObjectBuilder::Add(std::string name, TimePoint time) {
  return Add(std::move(name), FormatRfc3339(time));
}

ObjectBuilder& ObjectBuilder::Add(std::string name, const std::vector<std::string>& texts) {
  std::vector<Value> items;
  items.reserve(texts.size());
  for (const std::string& text : texts) items.push_back(Value::String(text));
  return Add(std::move(name), Value::List(std::move(items)));
}

Result<ObjectReader> ObjectReader::Open(const Value& json,
                                        std::initializer_list<std::string_view> known) {
  if (json.kind() != Value::Kind::kMap) return Expected("body", "a JSON object");
  for (const Value::Member& member : json.members()) {
    if (std::find(known.begin(), known.end(), member.name) == known.end()) {
      return Error(ErrorCode::kInvalidArgument,
                   "body: has a member that is none of " + Joined(known));
    }
  }
  return ObjectReader(json);
}

const Value* ObjectReader::Find(std::string_view name) const {
  const Value* value = json_->Find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Result<std::optional<std::string>> ObjectReader::Text(std::string_view name) const {
  const Value* value = Find(name);
  if (value == nullptr) return std::optional<std::string>();
  if (value->kind() != Value::Kind::kString) return Expected(name, "a string");
  return std::optional<std::string>(value->string().Reveal());
}

Result<std::string> ObjectReader::RequiredText(std::string_view name) const {
  ASSIGN_OR_RETURN(std::optional<std::string> text, Text(name));
  if (!text) return Expected(name, "a string");
  return *std::move(text);
}

Result<std::optional<bool>> ObjectReader::Bool(std::string_view name) const {
  const Value* value = Find(name);
  if (value == nullptr) return std::optional<bool>();
  if (value->kind() != Value::Kind::kBool) return Expected(name, "true or false");
  return std::optional<bool>(value->boolean());
}

Result<std::optional<std::int64_t>> ObjectReader::Number(std::string_view name) const {
  const Value* value = Find(name);
  if (value == nullptr) return std::optional<std::int64_t>();
  std::optional<std::int64_t> number;
  if (value->kind() == Value::Kind::kNumber) {
    number = ParseWholeNumber(value->number_text(), 0, std::numeric_limits<std::int64_t>::max());
  }
  if (!number) return Expected(name, "a whole number");
  return number;
}

Result<std::vector<const Value*>> ObjectReader::Items(std::string_view name) const {
  std::vector<const Value*> items;
  const Value* value = Find(name);
  if (value == nullptr) return items;
  if (value->kind() != Value::Kind::kList) return Expected(name, "a list");
  for (const Value& item : value->items()) items.push_back(&item);
  return items;
}

Result<std::vector<std::string>> ObjectReader::Texts(std::string_view name) const {
  ASSIGN_OR_RETURN(const std::vector<const Value*> items, Items(name));
  std::vector<std::string> texts;
  for (const Value* item : items) {
    if (item->kind() != Value::Kind::kString) return Expected(name, "a list of strings");
    texts.emplace_back(item->string().Reveal());
  }
  return texts;
}

Result<std::optional<TimePoint>> ObjectReader::Time(std::string_view name) const {
  ASSIGN_OR_RETURN(const std::optional<std::string> text, Text(name));
  if (!text) return std::optional<TimePoint>();
  const auto time = ParseTime(*text);
  if (!time) return Expected(name, "a time like 2026-01-31T08:05:00Z");
  return time;
}

std::optional<TimePoint> ParseTime(std::string_view text) {
  const std::optional<std::chrono::sys_seconds> time = ParseRfc3339(text);
  // The clock counts in nanoseconds, which do not reach all the years of RFC 3339.
  const auto seconds = [](TimePoint point) {
    return std::chrono::floor<std::chrono::seconds>(point);
  };
  if (!time || *time <= seconds(TimePoint::min()) || *time >= seconds(TimePoint::max())) {
    return std::nullopt;
  }
  return TimePoint(*time);
}

std::optional<std::int64_t> ParseWholeNumber(std::string_view text, std::int64_t least,
                                             std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = problem == std::errc() && end == text.data() + text.size();
  if (!whole || number < least || number > most) return std::nullopt;
  return number;
}

}  // namespace injector::rest
