#include "injector/service/events/syslog.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "injector/base/clock.h"
#include "injector/base/host_name.h"
#include "injector/base/unique_fd.h"

namespace injector {
namespace {

// RFC 5424, section 6.2.1: facility 10 (authpriv) times 8 and the severity.
constexpr int kNotice = 10 * 8 + 5;
constexpr int kWarning = 10 * 8 + 4;
constexpr std::size_t kLongestMessageId = 32;

// Section 6.2.4; "-" is none.
std::string HostField() {
  const std::string name = HostName();
  return name.empty() ? "-" : name;
}

class Syslog final : public EventReceiver {
 public:
  explicit Syslog(std::string path) : path_(std::move(path)), host_(HostField()) {}

  // Each machine has its own.
  std::string name() const override { return "syslog:" + host_ + ":" + path_; }

  Status Deliver(const FeedEvent& event, const std::stop_token&) override {
    if (!socket_.valid()) RETURN_IF_ERROR(Connect());
    const std::string message = SyslogMessage(event, host_, ::getpid());
    const ssize_t sent = RetryOnEintr([&] {
      return ::send(socket_.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    });
    if (sent >= 0) return {};
    if (errno == EMSGSIZE) {
      return Error(ErrorCode::kInvalidArgument, "syslog: the message is too long for " + path_);
    }
    const Error error = Error::FromErrno(errno, "syslog: send to " + path_);
    // A daemon that was started anew listens at another socket of that name.
    if (errno != EAGAIN && errno != ENOBUFS) socket_.Reset();
    return Error(ErrorCode::kUnavailable, error.message());
  }

 private:
  Status Connect() {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (path_.size() >= sizeof address.sun_path) {
      return Error(ErrorCode::kUnavailable, "syslog: the path of the socket is too long");
    }
    std::memcpy(address.sun_path, path_.data(), path_.size());
    UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket.valid()) return Error::FromErrno(errno, "syslog: socket");
    const auto* where = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(socket.get(), where, sizeof address) != 0) {
      return Error(ErrorCode::kUnavailable,
                   Error::FromErrno(errno, "syslog: connect to " + path_).message());
    }
    socket_ = std::move(socket);
    return {};
  }

  std::string path_;
  std::string host_;
  UniqueFd socket_;
};

}  // namespace

std::unique_ptr<EventReceiver> MakeSyslog(std::string path) {
  return std::make_unique<Syslog>(std::move(path));
}

std::string SyslogMessage(const FeedEvent& event, const std::string& host, int process_id) {
  std::string message = "<" + std::to_string(event.refused ? kWarning : kNotice) + ">1 ";
  message.append(FormatRfc3339(event.time)).append(" ").append(host);
  message.append(" injector ").append(std::to_string(process_id)).append(" ");
  message.append(event.action.substr(0, std::min(event.action.size(), kLongestMessageId)));
  return message.append(" - ").append(event.json);
}

}  // namespace injector
