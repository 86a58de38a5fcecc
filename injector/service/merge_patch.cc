#include "injector/service/merge_patch.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace injector {

Value MergePatch(Value target, const Value& patch) {
  if (patch.kind() != Value::Kind::kMap) return patch.Clone();
  if (target.kind() != Value::Kind::kMap) target = Value::Map({});
  std::vector<Value::Member>& members = target.members();
  for (const Value::Member& change : patch.members()) {
    const auto found =
        std::find_if(members.begin(), members.end(),
                     [&](const Value::Member& member) { return member.name == change.name; });
    const bool exists = found != members.end();
    if (change.value.is_null()) {
      if (exists) members.erase(found);
    } else if (exists) {
      found->value = MergePatch(std::move(found->value), change.value);
    } else {
      members.push_back({change.name, MergePatch(Value(), change.value)});
    }
  }
  return target;
}

}  // namespace injector
