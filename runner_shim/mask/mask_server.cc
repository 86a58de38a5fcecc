#include "runner_shim/mask/mask_server.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "runner_shim/mask/mask_uplink.h"

namespace runner_shim {
namespace {

using injector::Result;
using injector::RetryOnEintr;
using injector::Secret;
using injector::UniqueFd;

// New clients taken in one round of the loop: the job's output must not wait for a crowd.
constexpr int kAcceptedAtOnce = 32;
// How long accepting rests when it fails: descriptors or memory are used up.
constexpr std::chrono::milliseconds kAcceptRest{100};
constexpr std::size_t kReadSize = std::size_t{16} * 1024;

}  // namespace

// One client: its request, and then its answer.
class MaskServer::Conversation {
 public:
  enum class State { kReading, kComplete, kPassedOn, kFinished };

  Conversation(MaskServer& server, UniqueFd fd)
      : server_(server),
        fd_(std::move(fd)),
        deadline_(server.loop_, [this] { Refuse("no complete request came in time"); }) {
    watch_.emplace(server.loop_, fd_.get(), POLLIN, [this](short) { Read(); });
    deadline_.Start(server.options_.patience);
    Read();  // it is there already, as a rule
  }

  State state() const { return state_; }
  Secret TakeValue() { return std::move(request_).TakeValue(); }

  // The shim has it, or not; the one around it, if there is one, is told next.
  void Settle(const Secret& value, MaskAnswer answer) {
    const bool refused = answer.verdict == MaskAnswer::Verdict::kRefused;
    if (refused || server_.options_.outer_socket.empty()) return Answer(answer);
    state_ = State::kPassedOn;
    answer_ = std::move(answer);
    uplink_.emplace(server_.loop_, server_.options_.outer_socket, value.Reveal(),
                    server_.options_.outer_patience,
                    [this](const MaskAnswer& outer) { Answer(Combine(outer)); });
  }

  void Refuse(const std::string& reason) { Answer({MaskAnswer::Verdict::kRefused, reason}); }

 private:
  void Read() {
    const std::span<char> room = server_.buffer_.RevealMutable();
    const ssize_t got =
        RetryOnEintr([&] { return ::recv(fd_.get(), room.data(), room.size(), 0); });
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return Finish();
    const Result<MaskRequestReader::Progress> progress =
        request_.Take(server_.buffer_.Reveal().substr(0, static_cast<std::size_t>(got)));
    if (!progress.ok()) return Refuse(progress.error().message());
    if (*progress == MaskRequestReader::Progress::kNeedsMore) return;
    if (request_.kind() != ShimRequest::kMask) return AnswerLogin();
    state_ = State::kComplete;
    watch_.reset();
    deadline_.Cancel();
    server_.take_timer_.Start({});
  }

  void AnswerLogin() {
    const ShimRequest kind = request_.kind();
    const Secret query = std::move(request_).TakeValue();
    LoginAnswer answer{.found = server_.find_(kind, query.Reveal())};
    if (!answer.found) answer.ask_at = server_.options_.outer_socket;
    Send(WriteLoginAnswer(answer).Reveal());
  }

  // What both shims have to say.
  MaskAnswer Combine(const MaskAnswer& outer) const {
    if (outer.verdict == MaskAnswer::Verdict::kMasked) return answer_;
    MaskAnswer both = answer_;
    both.text = answer_.verdict == MaskAnswer::Verdict::kWarning ? answer_.text + "; " : "";
    both.text += "masked here, but not by the shim around this one: " + outer.text;
    both.verdict = MaskAnswer::Verdict::kWarning;
    return both;
  }

  void Answer(const MaskAnswer& answer) { Send(WriteMaskAnswer(answer)); }

  // Answers are short and the socket's buffer empty: they fit, or nobody reads them.
  void Send(std::string_view bytes) {
    (void)::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    Finish();
  }

  // Only marked: a callback of its own may be running.
  void Finish() {
    state_ = State::kFinished;
    watch_.reset();
    deadline_.Cancel();
    fd_.Reset();
    server_.take_timer_.Start({});
  }

  MaskServer& server_;
  UniqueFd fd_;
  State state_ = State::kReading;
  MaskRequestReader request_;
  MaskAnswer answer_;
  Timer deadline_;
  std::optional<FdWatch> watch_;
  std::optional<MaskUplink> uplink_;
};

MaskServer::MaskServer(EventLoop& loop, const MaskListener& listener, TakeMaskValues take,
                       FindLogin find, MaskServerOptions options)
    : loop_(loop),
      listener_(listener),
      take_(std::move(take)),
      find_(std::move(find)),
      options_(std::move(options)),
      buffer_(kReadSize),
      watch_(loop, listener.fd.get(), POLLIN, [this](short) { Accept(); }),
      take_timer_(loop, [this] { TakeComplete(); }),
      accept_timer_(loop, [this] { watch_.SetEvents(POLLIN); }) {}

MaskServer::~MaskServer() = default;

void MaskServer::Accept() {
  for (int i = 0; i < kAcceptedAtOnce; ++i) {
    if (conversations_.size() >= options_.most_clients && !DropOldestSilent())
      return RestAccepting();
    UniqueFd client(RetryOnEintr([&] {
      return ::accept4(listener_.fd.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    }));
    if (!client.valid()) {
      if (errno == EAGAIN || errno == ECONNABORTED) return;
      (void)DropOldestSilent();
      return RestAccepting();
    }
    if (!MayConnect(client.get())) continue;
    conversations_.push_back(std::make_unique<Conversation>(*this, std::move(client)));
  }
}

bool MaskServer::MayConnect(int client) const {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == listener_.user || peer.uid == 0;
}

bool MaskServer::DropOldestSilent() {
  for (const auto& conversation : conversations_) {
    if (conversation->state() != Conversation::State::kReading) continue;
    conversation->Refuse("too many clients are connected");
    RemoveFinished();
    return true;
  }
  return false;
}

void MaskServer::RestAccepting() {
  watch_.SetEvents(FdWatch::kPaused);
  accept_timer_.Start(kAcceptRest);
}

void MaskServer::TakeComplete() {
  RemoveFinished();
  std::vector<Conversation*> ready;
  std::vector<Secret> values;
  for (const auto& conversation : conversations_) {
    if (conversation->state() != Conversation::State::kComplete) continue;
    ready.push_back(conversation.get());
    values.push_back(conversation->TakeValue());
  }
  if (ready.empty()) return;
  std::vector<MaskAnswer> answers = take_(values);
  for (std::size_t i = 0; i < ready.size(); ++i) {
    ready[i]->Settle(values[i], std::move(answers[i]));
  }
}

void MaskServer::RemoveFinished() {
  std::erase_if(conversations_, [](const auto& conversation) {
    return conversation->state() == Conversation::State::kFinished;
  });
}

}  // namespace runner_shim
