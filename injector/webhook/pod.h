#pragma once
// A pod (core/v1) as far as the webhook reads it.
//
// Trust: the API server has not validated it yet, so nothing in it need have the shape that it
// should.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/value.h"

namespace injector::webhook {

struct Container {
  enum class Kind { kOrdinary, kInit };
  Kind kind = Kind::kOrdinary;
  std::size_t index = 0;  // in its list
  std::string name;
  const Value* json = nullptr;

  // The member of the pod's spec that holds it.
  std::string_view list() const { return kind == Kind::kInit ? "initContainers" : "containers"; }
};

class Pod {
 public:
  // `json` must outlive it. kInvalidArgument when that is no pod with containers.
  static Result<Pod> Read(const Value& json);

  const std::vector<Container>& containers() const { return containers_; }
  // The member `name` of the spec; nullptr when it is absent or null.
  const Value* Find(std::string_view name) const;
  bool IsForWindows() const;
  // Whether it is to end by itself: a job's.
  bool Ends() const;
  // As whom the container runs, where the pod says so.
  std::optional<std::int64_t> UserOf(const Container& container) const;
  // `name`, or with a number behind it, so that no container, or no volume, has it yet.
  std::string FreeContainerName(const std::string& name) const;
  std::string FreeVolumeName(const std::string& name) const;

 private:
  explicit Pod(const Value& spec) : spec_(&spec) {}
  Status TakeContainers(Container::Kind kind);
  Status TakeVolumes();

  const Value* spec_;
  std::vector<Container> containers_;  // first those that are not for initialisation
  std::set<std::string> container_names_;
  std::set<std::string> volume_names_;
};

// The member `name` of `map`; nullptr when it is absent or null, or `map` is nullptr or no map.
const Value* FindPresent(const Value* map, std::string_view name);
// The same if it is text, else empty.
std::string_view TextIn(const Value* map, std::string_view name);

}  // namespace injector::webhook
