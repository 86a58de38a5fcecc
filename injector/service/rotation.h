#pragma once
// New secrets for a connection, made by a program that the operator runs. Once that program has
// ended, the other side may know the new secret alone: so before anything else is done with it, the
// new config is set aside, sealed as every version is, and stays there until it is switched to or
// discarded. Whatever fails on the way, the current version stays the one that jobs get.
//
// For the operator, who has the database and its key: no principal. What leaves the service, fails
// or is switched is recorded as "connection.rotate".

#include <cstdint>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"
#include "injector/model/reference.h"
#include "injector/service/desk.h"

namespace injector {

enum class RotationKind {
  kNew,     // kFailedPrecondition when an earlier one has left a config set aside
  kResume,  // goes on with that one; kNotFound when there is none
};

struct Rotation {
  std::string id;
  Connection current;
  // kNew: as the current one. kResume: what was set aside, on top of what has changed since.
  Connection next;
};

class Rotations {
 public:
  // `desk` must outlive it.
  Rotations(Desk& desk, std::string org_id) : desk_(desk), org_id_(std::move(org_id)) {}

  // Recorded before the secrets are out. kNotFound; kConflict when a field that was set aside has
  // been changed by somebody else since; errors of OpenRecorded().
  Result<Rotation> Begin(const Reference& name, RotationKind kind);

  // Keeps `next` in place of what was set aside before.
  Status SetAside(const Rotation& rotation, const Connection& next);

  // Makes `next` the current version, its number; nothing is set aside afterwards.
  // kFailedPrecondition when `rotation.current` is no longer that; errors as
  // Connections::Patch().
  Result<std::int64_t> Switch(const Rotation& rotation, const Connection& next);

  // Records that a rotation has failed.
  Status RecordFailure(const Rotation& rotation, ErrorCode why);

  // Forgets what was set aside. kNotFound when nothing was.
  Status Discard(const Reference& name);

  // Those whose rotation is due (upkeep.h), by name.
  Result<std::vector<Reference>> Due();

 private:
  template <typename T>
  Result<T> RunAct(const std::function<Result<T>(Act&)>& body);

  Desk& desk_;
  std::string org_id_;
};

}  // namespace injector
