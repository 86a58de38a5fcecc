#pragma once
// Connections as admins keep them and developers see them. Nothing here gives out a secret value:
// only a grant does (grants.h).

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "injector/base/result.h"
#include "injector/model/connection.h"
#include "injector/model/value.h"
#include "injector/service/connection_acts.h"
#include "injector/service/connection_view.h"
#include "injector/service/desk.h"
#include "injector/service/once.h"
#include "injector/service/page.h"
#include "injector/service/principal.h"

namespace injector {

class Connections {
 public:
  explicit Connections(Desk& desk) : desk_(desk) {}

  // `body` is a given shape (connection_json.h) with a name and a type. kInvalidArgument for what
  // ParseConnectionInput() or CheckConnection() refuses;
  // kAlreadyExists when the org has that name, whatever the type; kConflict when it is to be the
  // default of a type that has one.
  // With `once`, the same connection when it was made under that key before; kConflict when it is
  // gone since.
  Result<ConnectionView> Create(const Principal& principal, const Value& body,
                                const std::optional<OnceKey>& once = {});

  Result<ConnectionView> Get(const Principal& principal, const std::string& id);
  // By name. `name` picks the one of that name.
  Result<Page<ConnectionView>> List(const Principal& principal, const PageRequest& page,
                                    const std::string& name = {});
  // Newest first; a page goes on after a version.
  Result<Page<ConnectionView>> Versions(const Principal& principal, const std::string& id,
                                        const PageRequest& page);

  // Makes a new version that differs in what `patch` says (a merge patch, RFC 7396: null
  // removes, maps are merged). Name and type cannot change. kFailedPrecondition when a version is
  // expected and it has another by now; kInvalidArgument when a stored secret value would be
  // visible afterwards; other errors as Create(). A patch that changes nothing makes no version.
  // With `once`, the connection as it is when the change was made under that key before.
  Result<ConnectionView> Patch(const Principal& principal, const std::string& id,
                               std::optional<std::int64_t> expected_version, const Value& patch,
                               const std::optional<OnceKey>& once = {});

  // Makes a new version with the content of `version`; whether it is the default stays as it is.
  // kNotFound when there is no such version; kDataLoss, recorded, when it was altered; other errors
  // as Patch().
  Result<ConnectionView> RollBack(const Principal& principal, const std::string& id,
                                  std::optional<std::int64_t> expected_version,
                                  std::int64_t version, const std::optional<OnceKey>& once = {});

  // With all its versions. kFailedPrecondition as Patch() when a version is given.
  Status Delete(const Principal& principal, const std::string& id, DeleteMode mode,
                std::optional<std::int64_t> expected_version = {});

 private:
  Result<ConnectionView> Revise(
      const Principal& principal, const std::string& id,
      std::optional<std::int64_t> expected_version, const std::optional<OnceKey>& once,
      const std::function<Result<Connection>(Act&, const Connection&)>& change);

  Desk& desk_;
};

}  // namespace injector
