#include "runner_shim/mask/mask_uplink.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "runner_shim/mask/mask_socket.h"

namespace runner_shim {
namespace {

using injector::Result;
using injector::RetryOnEintr;
using injector::UniqueFd;

// How soon a connection is tried again that met a full queue.
constexpr std::chrono::milliseconds kRetry{20};

}  // namespace

MaskUplink::MaskUplink(EventLoop& loop, std::string socket_path, std::string_view value,
                       std::chrono::milliseconds patience, std::function<void(MaskAnswer)> done)
    : loop_(loop),
      socket_path_(std::move(socket_path)),
      request_(WriteRequest(ShimRequest::kMask, value)),
      done_(std::move(done)),
      deadline_(loop, [this] { Fail("it does not answer"); }),
      retry_(loop, [this] { Connect(); }) {
  deadline_.Start(patience);
  // Not at once: `done` is called from the loop, and its owner may still be under way.
  retry_.Start({});
}

void MaskUplink::Connect() {
  Result<UniqueFd> connected = ConnectToMasks(socket_path_, Blocking::kNo);
  if (!connected.ok()) {
    if (connected.error().errno_value() == EAGAIN) return retry_.Start(kRetry);
    return Fail(connected.error().message());
  }
  fd_ = std::move(connected).value();
  watch_.emplace(loop_, fd_.get(), POLLOUT, [this](short) { OnReady(); });
}

void MaskUplink::OnReady() {
  if (sent_ < request_.size()) {
    Send();
  } else {
    Receive();
  }
}

void MaskUplink::Send() {
  const std::string_view rest = request_.Reveal().substr(sent_);
  const ssize_t sent = RetryOnEintr(
      [&] { return ::send(fd_.get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT); });
  if (sent < 0 && errno == EAGAIN) return;
  // It may have refused us before it had read all: its answer says why.
  sent_ = sent < 0 ? request_.size() : sent_ + static_cast<std::size_t>(sent);
  if (sent_ == request_.size()) watch_->SetEvents(POLLIN);
}

void MaskUplink::Receive() {
  std::array<char, 1024> buffer{};
  const ssize_t got =
      RetryOnEintr([&] { return ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT); });
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return Fail("it closed the connection");
  answer_.append(buffer.data(), static_cast<std::size_t>(got));
  const std::size_t end = answer_.find('\n');
  if (end == answer_.npos && answer_.size() < kLongestMaskAnswer) return;
  Result<MaskAnswer> answer = ReadMaskAnswer(std::string_view(answer_).substr(0, end));
  if (!answer.ok()) return Fail(answer.error().message());
  Finish(*std::move(answer));
}

void MaskUplink::Fail(std::string_view reason) {
  Finish({MaskAnswer::Verdict::kRefused, std::string(reason)});
}

void MaskUplink::Finish(MaskAnswer answer) {
  watch_.reset();
  deadline_.Cancel();
  retry_.Cancel();
  done_(std::move(answer));
}

}  // namespace runner_shim
