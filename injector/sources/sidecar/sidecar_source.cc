#include "injector/sources/sidecar/sidecar_source.h"

#include <utility>

#include "injector/sources/service/service_source.h"

namespace injector {
namespace {

constexpr std::string_view kScheme = "sidecar:";
constexpr std::string_view kSocketScheme = "unix:";

}  // namespace

bool IsSidecar(std::string_view spelled) {
  return spelled.starts_with(kScheme) || spelled.starts_with(kSocketScheme);
}

Lender SidecarLender(const std::string& socket_path) {
  ServiceOptions options;
  // No host is ever looked up for it: every request goes to the socket.
  options.url = "http://localhost";
  options.name = std::string(kScheme) + socket_path;
  options.unreachable_hint =
      "see that the sidecar runs, that the directory of its socket is mounted here too, and that "
      "its --allow-uid names this user";
  options.connection.unix_socket = socket_path;
  options.anonymous = ServiceOptions::Anonymous::kYes;
  Lender lender;
  lender.description = options.name;
  lender.service = std::make_shared<const ServiceOptions>(std::move(options));
  lender.grants_path = "/v1/grants";
  lender.leases_path = "/v1/grants/";
  lender.lost_lease = Lender::LostLease::kIsReplaced;
  lender.farewell = Lender::Farewell::kWithMaskedRuns;
  // It is on this machine: asking costs nothing, and a job that starts beside it waits no longer
  // than it has to.
  lender.times.shortest_pause = std::chrono::milliseconds(100);
  lender.times.first_retry = std::chrono::milliseconds(50);
  lender.times.longest_retry = std::chrono::milliseconds(1'000);
  return lender;
}

Result<std::unique_ptr<Source>> OpenSidecar(std::string_view spelled,
                                            std::chrono::steady_clock::time_point deadline) {
  const std::string_view path = spelled.substr(spelled.find(':') + 1);
  if (path.empty()) return Error(ErrorCode::kInvalidArgument, "--source: expected sidecar:PATH");
  return std::unique_ptr<Source>(
      std::make_unique<ServiceSource>(SidecarLender(std::string(path)), deadline));
}

}  // namespace injector
