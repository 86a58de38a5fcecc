#pragma once
// A JSON Patch (RFC 6902): operations that make one document of another, each at a JSON pointer
// (RFC 6901).

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "injector/model/value.h"

namespace injector::webhook {

// {"spec", "a/b"} -> "/spec/a~1b"
std::string JsonPointer(std::initializer_list<std::string_view> steps);

class JsonPatch {
 public:
  // Puts `value` at `pointer`: a member that is new or is replaced, or an item of a list, before
  // the one that has this index ("-": at the end).
  void Add(const std::string& pointer, Value value);
  // `items`, in their order, before or behind those of the list at `pointer`. `list`: what is there
  // now; nullptr: nothing, or null.
  void Prepend(const std::string& pointer, const Value* list, std::vector<Value> items);
  void Append(const std::string& pointer, const Value* list, std::vector<Value> items);
  // The operations of `other`, behind these.
  void Join(JsonPatch other);

  // The list of operations.
  Value Build() && { return Value::List(std::move(operations_)); }

 private:
  std::vector<Value> operations_;
};

}  // namespace injector::webhook
