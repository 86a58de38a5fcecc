#include "injector/http/server/connection_stream.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace injector::http {
namespace {

Peer PeerOf(int socket) {
  Peer peer;
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return peer;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_UNIX) {
    ucred credentials{};
    size = sizeof credentials;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0) {
      peer.uid = credentials.uid;
      peer.pid = credentials.pid;
    }
    peer.address = "unix";
  } else if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    peer.address = ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    peer.port = ntohs(v4.sin_port);
  } else {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    peer.address = ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    peer.port = ntohs(v6.sin6_port);
  }
  return peer;
}

int MillisecondsUntil(std::chrono::steady_clock::time_point deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1 << 30));
}

}  // namespace

ConnectionStream::ConnectionStream(int socket, SslPtr ssl, const ServerOptions& options)
    : socket_(socket), ssl_(std::move(ssl)), options_(options), peer_(PeerOf(socket)) {
  ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
  if (ssl_) SSL_set_fd(ssl_.get(), socket_);
}

bool ConnectionStream::Wait(short events) const {
  pollfd wanted{.fd = socket_, .events = events, .revents = 0};
  while (true) {
    const int left = MillisecondsUntil(deadline_);
    if (left == 0) return false;
    const int ready = ::poll(&wanted, 1, left);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

short ConnectionStream::WantedEvents(int outcome) const {
  switch (SSL_get_error(ssl_.get(), outcome)) {
    case SSL_ERROR_WANT_READ:
      return POLLIN;
    case SSL_ERROR_WANT_WRITE:
      return POLLOUT;
    default:
      return 0;
  }
}

bool ConnectionStream::Greet() {
  if (!ssl_) return true;
  SetDeadline(options_.handshake_time);
  while (true) {
    ERR_clear_error();
    const int outcome = SSL_do_handshake(ssl_.get());
    if (outcome == 1) {
      // One that does not verify has ended the handshake.
      peer_.has_certificate = SSL_get0_peer_certificate(ssl_.get()) != nullptr;
      return true;
    }
    const short events = WantedEvents(outcome);
    if (events == 0 || !Wait(events)) return false;
  }
}

bool ConnectionStream::AwaitRequest(std::chrono::milliseconds most, int interrupt) {
  if (is_readable() || (ssl_ && SSL_pending(ssl_.get()) > 0)) return true;
  SetDeadline(most);
  pollfd wanted[] = {{.fd = socket_, .events = POLLIN, .revents = 0},
                     {.fd = interrupt, .events = POLLIN, .revents = 0}};
  while (true) {
    const int ready = ::poll(wanted, 2, MillisecondsUntil(deadline_));
    // What has come is answered, in whatever hurry.
    if (ready > 0) return wanted[0].revents != 0;
    if (ready == 0 || errno != EINTR) return false;
  }
}

void ConnectionStream::BeginHeader() {
  phase_ = Phase::kHeader;
  abandoned_ = true;
  header_bytes_ = 0;
  SetDeadline(options_.header_time);
}

void ConnectionStream::BeginBody() {
  phase_ = Phase::kBody;
  abandoned_ = false;
  SetDeadline(options_.body_time);
}

void ConnectionStream::BeginAnswer() {
  phase_ = Phase::kAnswer;
  SetDeadline(options_.answer_time);
}

ssize_t ConnectionStream::Receive(char* bytes, std::size_t size) {
  while (true) {
    ssize_t count = 0;
    short events = POLLIN;
    if (ssl_) {
      ERR_clear_error();
      count = SSL_read(ssl_.get(), bytes, static_cast<int>(size));
      if (count > 0) return count;
      events = WantedEvents(static_cast<int>(count));
      if (events == 0) return 0;
    } else {
      count = ::recv(socket_, bytes, size, 0);
      if (count >= 0) return count;
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return -1;
    }
    if (!Wait(events)) return -1;
  }
}

// cpp-httplib reads a header byte by byte.
ssize_t ConnectionStream::read(char* bytes, size_t size) {
  if (buffered_begin_ == buffered_end_) {
    const ssize_t count = Receive(buffer_.data(), buffer_.size());
    if (count <= 0) return count;
    buffered_begin_ = 0;
    buffered_end_ = static_cast<std::size_t>(count);
  }
  const std::size_t taken = std::min(size, buffered_end_ - buffered_begin_);
  if (phase_ == Phase::kHeader) {
    header_bytes_ += taken;
    if (HeaderIsTooLong()) return -1;
  }
  std::memcpy(bytes, buffer_.data() + buffered_begin_, taken);
  buffered_begin_ += taken;
  return static_cast<ssize_t>(taken);
}

ssize_t ConnectionStream::Send(const char* bytes, std::size_t size) {
  while (true) {
    ssize_t count = 0;
    short events = POLLOUT;
    if (ssl_) {
      ERR_clear_error();
      count = SSL_write(ssl_.get(), bytes, static_cast<int>(std::min(size, std::size_t{1} << 30)));
      if (count > 0) return count;
      events = WantedEvents(static_cast<int>(count));
      if (events == 0) return -1;
    } else {
      count = ::send(socket_, bytes, size, MSG_NOSIGNAL);
      if (count >= 0) return count;
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return -1;
    }
    if (!Wait(events)) return -1;
  }
}

ssize_t ConnectionStream::write(const char* bytes, size_t size) {
  if (phase_ != Phase::kAnswer) BeginAnswer();
  std::size_t sent = 0;
  while (sent < size) {
    const ssize_t count = Send(bytes + sent, size - sent);
    if (count <= 0) return -1;
    sent += static_cast<std::size_t>(count);
  }
  return static_cast<ssize_t>(sent);
}

void ConnectionStream::Close() {
  if (!ssl_) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());  // one way: nobody waits for the other side's goodbye
}

void ConnectionStream::Drain(std::chrono::milliseconds most) {
  ::shutdown(socket_, SHUT_WR);
  SetDeadline(most);
  std::array<char, 4096> ignored;
  while (Wait(POLLIN) && ::recv(socket_, ignored.data(), ignored.size(), 0) > 0) {
  }
}

void ConnectionStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = peer_.address;
  port = peer_.port;
}

void ConnectionStream::get_local_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

}  // namespace injector::http
