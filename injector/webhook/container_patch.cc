#include "injector/webhook/container_patch.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "injector/rest/json_object.h"

namespace injector::webhook {
namespace {

std::vector<Value> Texts(const std::vector<std::string>& texts) {
  std::vector<Value> values;
  for (const std::string& text : texts) values.push_back(Value::String(std::string_view(text)));
  return values;
}

std::string PointerTo(const Container& container, std::string_view member) {
  return JsonPointer({"spec", container.list(), std::to_string(container.index), member});
}

// The list `member` of the container; nullptr when it is absent or null.
Result<const Value*> ListIn(const Container& container, std::string_view member) {
  const Value* list = FindPresent(container.json, member);
  if (list == nullptr || list->kind() == Value::Kind::kList) return list;
  return Refused(container, std::string(member) + " is no list");
}

bool HasItems(const Value* list) { return list != nullptr && !list->items().empty(); }

bool HasMountAt(const Value* mounts, std::string_view directory) {
  if (mounts == nullptr) return false;
  return std::any_of(mounts->items().begin(), mounts->items().end(), [&](const Value& mount) {
    const std::string_view path = TextIn(&mount, "mountPath");
    return path.starts_with(directory) &&
           (path.size() == directory.size() || path[directory.size()] == '/');
  });
}

bool HasVariable(const Value* environment, std::string_view name) {
  if (environment == nullptr) return false;
  return std::any_of(environment->items().begin(), environment->items().end(),
                     [&](const Value& entry) { return TextIn(&entry, "name") == name; });
}

// Kubernetes takes neither ENTRYPOINT nor CMD of an image once there is a command.
Result<JsonPatch> WrapImageCommand(const Container& container, const Config& config) {
  const ImageCommand* known = config.CommandOf(TextIn(container.json, "image"));
  if (known == nullptr) {
    return Refused(container, "it has no command, and what its image runs is not known here")
        .WithHint(
            "give the container a command, or have its image entered under images in the "
            "webhook's configuration");
  }
  ASSIGN_OR_RETURN(const Value* arguments, ListIn(container, "args"));
  std::vector<std::string> words = {std::string(kShimPath), "--"};
  words.insert(words.end(), known->entrypoint.begin(), known->entrypoint.end());
  JsonPatch patch;
  patch.Add(PointerTo(container, "command"), Value::List(Texts(words)));
  if (!HasItems(arguments) && !known->cmd.empty()) {
    patch.Add(PointerTo(container, "args"), Value::List(Texts(known->cmd)));
  }
  return patch;
}

Result<JsonPatch> WrapCommand(const Container& container, const Config& config) {
  ASSIGN_OR_RETURN(const Value* command, ListIn(container, "command"));
  if (!HasItems(command)) return WrapImageCommand(container, config);
  JsonPatch patch;
  patch.Prepend(PointerTo(container, "command"), command, Texts({std::string(kShimPath), "--"}));
  return patch;
}

// What the container says itself stays: it may ask for less than the pod may have.
Result<JsonPatch> Ask(const Container& container, const Wish& wish) {
  ASSIGN_OR_RETURN(const Value* environment, ListIn(container, "env"));
  std::vector<Value> entries;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (value.empty() || HasVariable(environment, name)) return;
    rest::ObjectBuilder entry;
    entry.Add("name", name).Add("value", value);
    entries.push_back(std::move(entry).Build());
  };
  add("INJECTOR_CONNECTIONS", wish.connections);
  add("INJECTOR_VARIABLES", wish.variables);
  JsonPatch patch;
  if (!entries.empty()) {
    patch.Append(PointerTo(container, "env"), environment, std::move(entries));
  }
  return patch;
}

Result<JsonPatch> Mount(const Container& container, const PartNames& names) {
  ASSIGN_OR_RETURN(const Value* mounts, ListIn(container, "volumeMounts"));
  for (const std::string_view ours : {kShimDirectory, kSocketDirectory}) {
    if (!HasMountAt(mounts, ours)) continue;
    return Refused(container, "it mounts something of its own at " + std::string(ours))
        .WithHint("the webhook's own volumes go there: choose another path");
  }
  JsonPatch patch;
  patch.Append(PointerTo(container, "volumeMounts"), mounts, ShimMounts(names));
  return patch;
}

}  // namespace

Error Refused(const Container& container, std::string_view message) {
  return {ErrorCode::kFailedPrecondition,
          "container " + container.name + ": " + std::string(message)};
}

Result<JsonPatch> PutUnderShim(const Container& container, const Wish& wish, const PartNames& names,
                               const Config& config) {
  ASSIGN_OR_RETURN(JsonPatch patch, WrapCommand(container, config));
  ASSIGN_OR_RETURN(JsonPatch asked, Ask(container, wish));
  patch.Join(std::move(asked));
  ASSIGN_OR_RETURN(JsonPatch mounted, Mount(container, names));
  patch.Join(std::move(mounted));
  return patch;
}

}  // namespace injector::webhook
