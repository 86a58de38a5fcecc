#include "tests/integration/service/balancer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <list>

#include "tests/support/loopback.h"

namespace injector::testing {
namespace {

// A client's connection and a replica's: what one sends the other gets.
struct Pair {
  UniqueFd client;
  UniqueFd replica;
};

void SendAtOnce(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// Passes on what has come; false at the end of either side. Requests and answers are small: sockets
// have room for them.
bool PassOn(int from, int to) {
  std::array<char, 65536> buffer;
  const ssize_t got = RetryOnEintr([&] { return ::read(from, buffer.data(), buffer.size()); });
  if (got <= 0) return false;
  for (ssize_t sent = 0; sent < got;) {
    const ssize_t part = RetryOnEintr([&] {
      return ::send(to, buffer.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
    });
    if (part <= 0) return false;
    sent += part;
  }
  return true;
}

}  // namespace

Balancer::Balancer(std::vector<int> ports) : ports_(std::move(ports)) {
  listener_ = BindToLoopback();
  if (::listen(listener_.get(), SOMAXCONN) != 0) std::abort();
  port_ = PortOf(listener_);
  stop_ = UniqueFd(::eventfd(0, EFD_CLOEXEC));
  thread_ = std::thread([this] { Work(); });
}

Balancer::~Balancer() {
  const std::uint64_t one = 1;
  if (::write(stop_.get(), &one, sizeof one) < 0) std::abort();
  thread_.join();
}

void Balancer::Replace(std::vector<int> ports) {
  const std::lock_guard lock(mutex_);
  ports_ = std::move(ports);
}

UniqueFd Balancer::ConnectToNext() {
  const std::lock_guard lock(mutex_);
  for (std::size_t tries = 0; tries < ports_.size(); ++tries) {
    UniqueFd replica = ConnectToLoopback(ports_[next_++ % ports_.size()]);
    if (replica.valid()) return replica;
  }
  return {};
}

void Balancer::Work() {
  std::list<Pair> pairs;
  while (true) {
    std::vector<pollfd> watched = {{stop_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    for (const Pair& pair : pairs) {
      watched.push_back({pair.client.get(), POLLIN, 0});
      watched.push_back({pair.replica.get(), POLLIN, 0});
    }
    if (RetryOnEintr([&] { return ::poll(watched.data(), watched.size(), -1); }) < 0) return;
    if (watched[0].revents != 0) return;
    std::size_t at = 2;
    for (auto pair = pairs.begin(); pair != pairs.end(); at += 2) {
      const bool open =
          (watched[at].revents == 0 || PassOn(pair->client.get(), pair->replica.get())) &&
          (watched[at + 1].revents == 0 || PassOn(pair->replica.get(), pair->client.get()));
      pair = open ? std::next(pair) : pairs.erase(pair);
    }
    if (watched[1].revents == 0) continue;
    Pair pair{.client = UniqueFd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)),
              .replica = ConnectToNext()};
    if (!pair.client.valid() || !pair.replica.valid()) continue;
    SendAtOnce(pair.client.get());
    pairs.push_back(std::move(pair));
  }
}

}  // namespace injector::testing
