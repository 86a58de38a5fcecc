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

// All that comes, until the shim closes the connection or it is more than any answer.
Result<Secret> ReadAnswer(int fd) {
  constexpr std::size_t kLongestAnswer = 2 * kLongestMaskedValue + kLongestMaskAnswer;
  injector::SecretBuilder answer;
  std::array<char, 4096> buffer{};
  while (answer.size() < kLongestAnswer) {
    const ssize_t got = RetryOnEintr([&] { return ::recv(fd, buffer.data(), buffer.size(), 0); });
    // A reset behind an answer: the shim did not want to read all of a request that it refused.
    if (got == 0 || (got < 0 && answer.size() > 0)) break;
    if (got < 0) return NoAnswer(Error::FromErrno(errno, "read").message());
    answer.Append({buffer.data(), static_cast<std::size_t>(got)});
  }
  injector::Wipe(buffer.data(), buffer.size());
  if (answer.size() == 0) return NoAnswer("it closed the connection");
  return std::move(answer).Build();
}

Result<Secret> Ask(const std::string& socket_path, const Secret& request) {
  Result<UniqueFd> shim = ConnectToMasks(socket_path, Blocking::kYes);
  if (!shim.ok()) {
    return Error(ErrorCode::kFailedPrecondition, "no runner-shim here: " + shim.error().message())
        .WithHint("it must run, as it does while its job does, and be asked as the job's user");
  }
  std::string_view rest = request.Reveal();
  while (!rest.empty()) {
    const ssize_t sent =
        RetryOnEintr([&] { return ::send(shim->get(), rest.data(), rest.size(), MSG_NOSIGNAL); });
    if (sent < 0) break;  // refused before it had read all: its answer says why
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return ReadAnswer(shim->get());
}

}  // namespace

Result<MaskAnswer> SendMask(const std::string& socket_path, const Secret& value) {
  ASSIGN_OR_RETURN(const Secret answer,
                   Ask(socket_path, WriteRequest(ShimRequest::kMask, value.Reveal())));
  return ReadMaskAnswer(answer.Reveal().substr(0, answer.Reveal().find('\n')));
}

Result<std::optional<ShimLogin>> AskForLogin(const std::string& socket_path, ShimRequest kind,
                                             std::string_view query) {
  // More shims than anybody nests: two that name each other must not be asked for ever.
  constexpr int kMostShims = 16;
  const Secret request = WriteRequest(kind, query);
  std::string next = socket_path;
  for (int i = 0; i < kMostShims && !next.empty(); ++i) {
    ASSIGN_OR_RETURN(const Secret bytes, Ask(next, request));
    ASSIGN_OR_RETURN(LoginAnswer answer, ReadLoginAnswer(bytes.Reveal()));
    if (answer.found) return std::move(answer.found);
    next = std::move(answer.ask_at);
  }
  return std::optional<ShimLogin>();
}

}  // namespace runner_shim
