#include "tests/bench/http_load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "injector/base/unique_fd.h"

namespace injector::bench {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void Stop(const char* why) {
  std::perror(why);
  std::exit(2);
}

UniqueFd Connect(int port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    Stop("connect");
  }
  return fd;
}

struct Client {
  UniqueFd fd;
  std::string answer;
  Clock::time_point sent;
};

// The length of the whole answer at the beginning of `text`; 0 while that is not known.
std::size_t AnswerLength(std::string_view text) {
  constexpr std::string_view kLength = "ontent-Length: ";  // any spelling of its first letter
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  const std::size_t header = text.substr(0, end).find(kLength);
  if (header == std::string_view::npos) Stop("an answer without Content-Length");
  const std::string number(text.substr(header + kLength.size(), 10));
  return end + 4 + static_cast<std::size_t>(std::atoi(number.c_str()));
}

class Clients {
 public:
  Clients(int port, std::span<const std::string> requests, std::size_t count)
      : requests_(requests), epoll_(::epoll_create1(EPOLL_CLOEXEC)), clients_(count) {
    for (std::size_t i = 0; i < count; ++i) {
      clients_[i].fd = Connect(port);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, clients_[i].fd.get(), &event) != 0) {
        Stop("epoll_ctl");
      }
      Send(clients_[i]);
    }
  }

  void Run(Clock::time_point begin, Clock::time_point end) {
    std::array<epoll_event, 64> events{};
    while (Clock::now() < end) {
      const int count =
          ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 100);
      for (const epoll_event& event :
           std::span(events).first(static_cast<std::size_t>(std::max(count, 0)))) {
        Receive(clients_[event.data.u64], begin);
      }
    }
  }

  std::vector<double>& times_ms() { return times_ms_; }
  std::size_t refusals() const { return refusals_; }

 private:
  // A request is smaller than any socket's buffer, so that it is taken whole.
  void Send(Client& client) {
    const std::string& request = requests_[next_++ % requests_.size()];
    client.answer.clear();
    client.sent = Clock::now();
    if (::send(client.fd.get(), request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size())) {
      Stop("send");
    }
  }

  void Receive(Client& client, Clock::time_point begin) {
    std::array<char, 16384> buffer{};
    const ssize_t count = ::recv(client.fd.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0) Stop("recv");
    client.answer.append(buffer.data(), static_cast<std::size_t>(count));
    const std::size_t length = AnswerLength(client.answer);
    if (length == 0 || client.answer.size() < length) return;
    if (client.sent >= begin) {
      const std::chrono::duration<double, std::milli> time = Clock::now() - client.sent;
      times_ms_.push_back(time.count());
      if (!client.answer.starts_with("HTTP/1.1 2")) ++refusals_;
    }
    Send(client);
  }

  std::span<const std::string> requests_;
  std::size_t next_ = 0;
  UniqueFd epoll_;
  std::vector<Client> clients_;
  std::vector<double> times_ms_;
  std::size_t refusals_ = 0;
};

}  // namespace

LoadResult Load(int port, std::span<const std::string> requests, std::size_t clients,
                std::chrono::milliseconds duration) {
  Clients all(port, requests, clients);
  const auto begin = Clock::now() + duration / 10;
  const auto end = begin + duration;
  all.Run(begin, end);
  std::vector<double>& times = all.times_ms();
  if (times.empty()) Stop("no answer");
  std::sort(times.begin(), times.end());
  return {.answers = times.size(),
          .refusals = all.refusals(),
          .seconds = std::chrono::duration<double>(duration).count(),
          .median_ms = times[times.size() / 2],
          .p99_ms = times[times.size() * 99 / 100]};
}

}  // namespace injector::bench
