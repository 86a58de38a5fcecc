#include "runner_shim/mask/mask_client.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "runner_shim/mask/mask_socket.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;
using injector::Result;
using injector::RetryOnEintr;
using injector::Secret;
using injector::UniqueFd;

Error NoAnswer(const std::string& reason) {
  return Error(ErrorCode::kFailedPrecondition, "the job's runner-shim did not answer: " + reason);
}

Result<std::string> ReadLine(int fd) {
  std::string line;
  std::array<char, 1024> buffer{};
  while (line.find('\n') == line.npos && line.size() < kLongestMaskAnswer) {
    const ssize_t got = RetryOnEintr([&] { return ::recv(fd, buffer.data(), buffer.size(), 0); });
    if (got < 0) return NoAnswer(Error::FromErrno(errno, "read").message());
    if (got == 0) return NoAnswer("it closed the connection");
    line.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return line.substr(0, line.find('\n'));
}

}  // namespace

Result<MaskAnswer> SendMask(const std::string& socket_path, const Secret& value) {
  Result<UniqueFd> shim = ConnectToMasks(socket_path, Blocking::kYes);
  if (!shim.ok()) {
    return Error(ErrorCode::kFailedPrecondition, "no runner-shim here: " + shim.error().message())
        .WithHint("runner-shim mask works while the job's runner-shim runs, as the job's user");
  }
  const Secret request = WriteMaskRequest(value.Reveal());
  std::string_view rest = request.Reveal();
  while (!rest.empty()) {
    const ssize_t sent =
        RetryOnEintr([&] { return ::send(shim->get(), rest.data(), rest.size(), MSG_NOSIGNAL); });
    if (sent < 0) break;  // refused before it had read all: its answer says why
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  ASSIGN_OR_RETURN(const std::string line, ReadLine(shim->get()));
  return ReadMaskAnswer(line);
}

}  // namespace runner_shim
