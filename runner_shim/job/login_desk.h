#pragma once
// The logins that tools of a running job ask for, by way of its socket. They change only once the
// new ones are masked.
//
// One thread: the loop's.

#include <optional>
#include <string_view>
#include <vector>

#include "injector/inject/injection.h"
#include "runner_shim/mask/mask_protocol.h"

namespace runner_shim {

class LoginDesk {
 public:
  explicit LoginDesk(std::vector<injector::HelperLogin> logins) : logins_(std::move(logins)) {}

  void Replace(std::vector<injector::HelperLogin> logins) { logins_ = std::move(logins); }

  // nullopt: the job has none for it.
  std::optional<ShimLogin> Find(ShimRequest kind, std::string_view query) const;

 private:
  std::vector<injector::HelperLogin> logins_;
};

}  // namespace runner_shim
