#pragma once
// The way to the credential service that --service names, for the commands that keep what is there.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/cli/served/served_items.h"
#include "injector/cli/session.h"
#include "injector/cli/store/store_access.h"
#include "injector/model/reference.h"
#include "injector/model/value.h"
#include "injector/sources/service/service_client.h"

namespace injector {

// Whether the command line, or the environment, names a service instead of a store.
bool NamesService(const Session& session);

// kInvalidArgument when a service, or an option for one, is given: for what works on stores alone.
Status RefuseService(const Session& session, CaFile ca_file = CaFile::kForService);
// kInvalidArgument when none is.
Status RequireService(const Session& session);
// kInvalidArgument for --machine-key and --plaintext, which say how a store is made.
Status RefuseStoreMode(NewStoreMode mode);

class ServiceAccess {
 public:
  // kInvalidArgument: no service or token is named, the URL cannot be used, or what is for stores
  // (--store, --source, --key-file, --ask-passphrase) is given as well.
  // While the service is unavailable, a request is tried again for as long as `patience`.
  static Result<ServiceAccess> Prepare(
      Session& session, std::chrono::milliseconds patience = std::chrono::seconds(10));

  const std::string& url() const { return client_.options().url; }

  // Each sends one request. Errors as ServiceClient::Send(). `path` is what follows /api/v1,
  // percent-encoded.
  Result<Value> Get(std::string_view path);
  Result<Value> Post(std::string_view path, Value body);
  // At this version; kFailedPrecondition when somebody else was quicker.
  Result<Value> PostAt(std::string_view path, Value body, std::uint64_t version);
  Result<Value> PatchAt(std::string_view path, Value body, std::uint64_t version);
  Status Delete(std::string_view path);

  // The items of every page.
  Result<std::vector<Value>> List(std::string_view path);

  Result<std::vector<ServedConnection>> Connections();
  // The one of that name, of whatever type; a name is there once.
  Result<std::optional<ServedConnection>> ConnectionNamed(const std::string& alias);
  // kNotFound names what there is instead.
  Result<ServedConnection> FindConnection(const Reference& wanted);

 private:
  ServiceAccess(std::shared_ptr<const ServiceOptions> options, std::chrono::milliseconds patience)
      : client_(std::move(options)), patience_(patience) {}
  Result<Value> Send(ServiceRequest request);
  Result<Value> SendAt(ServiceRequest request, std::uint64_t version);

  ServiceClient client_;
  std::chrono::milliseconds patience_;
};

// A name as one segment of a path.
std::string PathSegment(std::string_view text);

}  // namespace injector
