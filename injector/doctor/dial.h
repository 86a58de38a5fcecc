#pragma once
// Streams for checks, with the context told what is being waited for.

#include <memory>
#include <string>

#include "injector/base/result.h"
#include "injector/doctor/check.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/network.h"

namespace injector::doctor {

Result<std::unique_ptr<Stream>> Dial(CheckContext& context, const HostAndPort& address);

// Stream::StartTls with the authorities of `ca_file`, else those of the context. A server that
// speaks no TLS may well wait in silence for more.
Status Encrypt(CheckContext& context, Stream& stream, const std::string& host,
               const std::string& ca_file = "");

}  // namespace injector::doctor
