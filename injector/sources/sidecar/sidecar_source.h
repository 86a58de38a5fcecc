#pragma once
// A sidecar as a source of connections for jobs: the program beside the job that holds the token
// for a credential service, so that the job holds none. Asked over its Unix socket, without any
// credential: who may connect is the sidecar's business. The grants are those of a service
// (service/service_source.h).
//
// A sidecar that is not there yet is waited for; one that goes away while the job runs costs the
// job nothing, and what it grants when it is back takes the place of what it had granted.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "injector/sources/service/lender.h"
#include "injector/sources/source.h"

namespace injector {

// As --source spells it: "sidecar:PATH", or "unix:PATH" like the sidecar's own --listen.
bool IsSidecar(std::string_view spelled);

// The sidecar that listens at `socket_path`.
Lender SidecarLender(const std::string& socket_path);

// `spelled`: as IsSidecar() has it, with a path; kInvalidArgument otherwise. No try begins after
// `deadline`.
Result<std::unique_ptr<Source>> OpenSidecar(std::string_view spelled,
                                            std::chrono::steady_clock::time_point deadline);

}  // namespace injector
