#include "injector/webhook/json_patch.h"

#include <iterator>
#include <utility>

#include "injector/rest/json_object.h"

namespace injector::webhook {

std::string JsonPointer(std::initializer_list<std::string_view> steps) {
  std::string pointer;
  for (const std::string_view step : steps) {
    pointer += '/';
    for (const char c : step) {
      if (c == '~') {
        pointer += "~0";
      } else if (c == '/') {
        pointer += "~1";
      } else {
        pointer += c;
      }
    }
  }
  return pointer;
}

void JsonPatch::Add(const std::string& pointer, Value value) {
  rest::ObjectBuilder operation;
  operation.Add("op", "add").Add("path", pointer).Add("value", std::move(value));
  operations_.push_back(std::move(operation).Build());
}

void JsonPatch::Prepend(const std::string& pointer, const Value* list, std::vector<Value> items) {
  if (list == nullptr) return Add(pointer, Value::List(std::move(items)));
  for (std::size_t i = 0; i < items.size(); ++i) {
    Add(pointer + "/" + std::to_string(i), std::move(items[i]));
  }
}

void JsonPatch::Append(const std::string& pointer, const Value* list, std::vector<Value> items) {
  if (list == nullptr) return Add(pointer, Value::List(std::move(items)));
  for (Value& item : items) Add(pointer + "/-", std::move(item));
}

void JsonPatch::Join(JsonPatch other) {
  operations_.insert(operations_.end(), std::make_move_iterator(other.operations_.begin()),
                     std::make_move_iterator(other.operations_.end()));
}

}  // namespace injector::webhook
