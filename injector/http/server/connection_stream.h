#pragma once
// One connection as cpp-httplib reads and writes it. Its own streams wait for each byte anew, so a
// client that sends one byte every few seconds would never be cut off; ours has one deadline for
// the whole of what is under way: handshake, header, body, answer.

#include <httplib.h>

#include <array>
#include <chrono>
#include <cstddef>

#include "injector/http/server/server.h"
#include "injector/http/server/tls_context.h"

namespace injector::http {

class ConnectionStream final : public httplib::Stream {
 public:
  // Borrows `socket`, which it makes non-blocking. `ssl`: nullptr without TLS.
  ConnectionStream(int socket, SslPtr ssl, const ServerOptions& options);
  ~ConnectionStream() override { Wipe(buffer_.data(), buffer_.size()); }
  ConnectionStream(const ConnectionStream&) = delete;
  ConnectionStream& operator=(const ConnectionStream&) = delete;

  // The TLS handshake, if there is one; false when it fails or takes too long.
  bool Greet();
  // Waits until a request begins, or the client has gone; false when nothing came within `most`, or
  // before `interrupt` became readable.
  bool AwaitRequest(std::chrono::milliseconds most, int interrupt);
  // From now on bytes belong to a request line and header, then to a body, then to an answer.
  void BeginHeader();
  void BeginBody();
  void BeginAnswer();
  // Whether bytes are left that belong to no request we understood, so that what follows must not
  // be taken for one: from BeginHeader() to BeginBody(), and once Abandon() was called.
  bool is_abandoned() const { return abandoned_; }
  void Abandon() { abandoned_ = true; }
  bool HeaderIsTooLong() const { return header_bytes_ > options_.max_header_bytes; }
  const Peer& peer() const { return peer_; }

  // Says goodbye, for TLS.
  void Close();
  // Ends what we send, and reads what the client still sends until it has, too: what nobody has
  // read when a socket is closed can cost the client our answer. For `most` at most.
  void Drain(std::chrono::milliseconds most);

  bool is_readable() const override { return buffered_begin_ < buffered_end_; }
  bool is_writable() const override { return true; }
  ssize_t read(char* bytes, size_t size) override;
  ssize_t write(const char* bytes, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

 private:
  enum class Phase { kHeader, kBody, kAnswer };
  using Clock = std::chrono::steady_clock;

  void SetDeadline(std::chrono::milliseconds most) { deadline_ = Clock::now() + most; }
  // Waits for `events` until the deadline.
  bool Wait(short events) const;
  // At least one byte, 0 at the end, -1 on failure or past the deadline.
  ssize_t Receive(char* bytes, std::size_t size);
  ssize_t Send(const char* bytes, std::size_t size);
  // What poll(2) has to wait for before OpenSSL can go on; 0: it cannot.
  short WantedEvents(int outcome) const;

  const int socket_;
  const SslPtr ssl_;
  const ServerOptions& options_;
  Peer peer_;
  Phase phase_ = Phase::kHeader;
  bool abandoned_ = true;
  Clock::time_point deadline_;
  std::size_t header_bytes_ = 0;
  std::array<char, 16384> buffer_;
  std::size_t buffered_begin_ = 0;
  std::size_t buffered_end_ = 0;
};

}  // namespace injector::http
