#include "tests/integration/sidecar/faulty_way.h"

#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include "injector/http/server/listener.h"
#include "tests/support/loopback.h"

namespace injector::testing {
namespace {

constexpr int kTickMs = 20;

// Closing it will reset the connection (socket(7), SO_LINGER).
void MakeResetting(const UniqueFd& socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

// What has come; empty at the end.
std::string Take(const UniqueFd& socket) {
  char bytes[4096];
  const ssize_t size = ::recv(socket.get(), bytes, sizeof bytes, 0);
  return size <= 0 ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

bool Give(const UniqueFd& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

}  // namespace

FaultyWay::FaultyWay(int port)
    : port_(port),
      listener_(http::ListenOnTcp("127.0.0.1", 0).value()),
      url_("http://127.0.0.1:" + std::to_string(http::PortOf(listener_))),
      acceptor_([this](const std::stop_token& stop) { Accept(stop); }) {}

FaultyWay::~FaultyWay() {
  acceptor_.request_stop();
  acceptor_.join();
}

int FaultyWay::port() const { return http::PortOf(listener_); }

void FaultyWay::Set(Fault fault, std::string instead) {
  const std::lock_guard lock(mutex_);
  instead_ = std::move(instead);
  fault_ = fault;
}

void FaultyWay::Accept(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd came{.fd = listener_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&came, 1, kTickMs) != 1) continue;
    UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client.valid()) continue;
    carriers_.emplace_back([this, socket = std::move(client)](const std::stop_token& end) {
      Carry(socket, end);
      ::shutdown(socket.get(), SHUT_RDWR);
    });
  }
}

void FaultyWay::Carry(const UniqueFd& client, const std::stop_token& stop) const {
  const UniqueFd service = ConnectToLoopback(port_);
  while (service.valid() && !stop.stop_requested()) {
    pollfd sides[] = {{.fd = client.get(), .events = POLLIN, .revents = 0},
                      {.fd = service.get(), .events = POLLIN, .revents = 0}};
    if (::poll(sides, 2, kTickMs) <= 0) continue;
    if (sides[0].revents != 0 && !CarryRequest(client, service)) return;
    if (sides[1].revents != 0 && !CarryAnswer(client, service, stop)) return;
  }
}

// Whether the connection goes on.
bool FaultyWay::CarryRequest(const UniqueFd& client, const UniqueFd& service) const {
  const std::string request = Take(client);
  if (request.empty()) return false;
  const std::lock_guard lock(mutex_);
  if (fault_ == Fault::kReset) {
    MakeResetting(client);
    return false;
  }
  if (fault_ != Fault::kInstead) return Give(service, request);
  Give(client, instead_);
  return false;
}

bool FaultyWay::CarryAnswer(const UniqueFd& client, const UniqueFd& service,
                            const std::stop_token& stop) const {
  const std::string answer = Take(service);
  if (answer.empty()) return false;
  const std::string_view half = std::string_view(answer).substr(0, answer.size() / 2);
  switch (fault_.load()) {
    case Fault::kNone:
    case Fault::kInstead:  // of the next request
      return Give(client, answer);
    case Fault::kReset:
      MakeResetting(client);
      return false;
    case Fault::kHalfAnswer:
      Give(client, half);
      return false;
    case Fault::kCutAnswer:
      Give(client, half);
      MakeResetting(client);
      return false;
    case Fault::kStall:
      Give(client, half);
      while (fault_ == Fault::kStall && !stop.stop_requested()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(kTickMs));
      }
      return false;
    case Fault::kSlow:
      for (const char& byte : answer) {
        if (!Give(client, {&byte, 1})) return false;
      }
      return true;
  }
  return false;
}

}  // namespace injector::testing
