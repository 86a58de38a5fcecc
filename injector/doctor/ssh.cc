// Type ssh: the server's greeting (RFC 4253, section 4.2). The login is not tried.

#include "injector/doctor/checks.h"
#include "injector/doctor/dial.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/stream_reader.h"

namespace injector::doctor {
namespace {

// A server may say something before it, as much as OpenSSH's client would read.
constexpr std::size_t kMostLines = 1024;

// "1.99": also speaks version 1, which nobody does (section 5.1).
bool IsGreeting(std::string_view line) {
  return line.substr(0, 8) == "SSH-2.0-" || line.substr(0, 9) == "SSH-1.99-";
}

}  // namespace

Result<std::string> CheckSsh(CheckContext& context) {
  ASSIGN_OR_RETURN(const HostAndPort address, Address(context.connection));
  ASSIGN_OR_RETURN(const std::unique_ptr<Stream> stream, Dial(context, address));
  context.say("greeting of " + address.host);
  StreamReader reader(*stream);
  for (std::size_t i = 0; i < kMostLines; ++i) {
    const Result<std::string> line = reader.Line();
    if (!line.ok()) return line.error();
    if (IsGreeting(*line)) return std::string("reached; the login was not tried");
  }
  return Error(ErrorCode::kDataLoss, "the server does not speak SSH");
}

}  // namespace injector::doctor
