#include "raw_socket.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "injector/http/server/listener.h"

namespace injector::http::testing {

UniqueFd ConnectTo(int port) {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    std::abort();
  }
  return socket;
}

void SendText(const UniqueFd& socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server has had enough
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string ReceiveAll(const UniqueFd& socket) {
  std::string text;
  std::array<char, 4096> piece{};
  while (true) {
    const ssize_t count = ::recv(socket.get(), piece.data(), piece.size(), 0);
    if (count <= 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
}

std::string ReceiveAnswer(const UniqueFd& socket) {
  std::string text;
  char byte = 0;
  while (!text.ends_with("\r\n\r\n")) {
    if (::recv(socket.get(), &byte, 1, 0) != 1) return text;
    text += byte;
  }
  const std::size_t length = text.find("Content-Length: ");
  if (length == std::string::npos) return text;
  for (int left = std::atoi(text.c_str() + length + 16); left > 0; --left) {
    if (::recv(socket.get(), &byte, 1, 0) != 1) return text;
    text += byte;
  }
  return text;
}

CannedServer::CannedServer(std::vector<std::string> answers)
    : answers_(std::move(answers)), listener_(ListenOnTcp("127.0.0.1", 0).value()) {
  port_ = PortOf(listener_);
  thread_ = std::thread([this] { Serve(); });
}

CannedServer::~CannedServer() {
  ::shutdown(listener_.get(), SHUT_RDWR);
  thread_.join();
}

std::string CannedServer::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

void CannedServer::Serve() {
  for (std::size_t next = 0;; ++next) {
    const UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client.valid()) return;
    std::string request;
    char byte = 0;
    while (!request.ends_with("\r\n\r\n") && ::recv(client.get(), &byte, 1, 0) == 1) {
      request += byte;
    }
    requests_.push_back(request);
    SendText(client, answers_[std::min(next, answers_.size() - 1)]);
  }
}

}  // namespace injector::http::testing
