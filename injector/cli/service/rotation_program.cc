#include "injector/cli/service/rotation_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "injector/base/own_settings.h"
#include "injector/base/unique_fd.h"

extern char** environ;  // environ(7)

namespace injector {
namespace {

using std::chrono::milliseconds;
using Moment = std::chrono::steady_clock::time_point;

// env(1): the command was not found.
constexpr int kNotStarted = 127;

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Error SystemError(std::string_view what) {
  return Error::FromErrno(errno, "--exec: " + std::string(what));
}

Result<Pipe> MakePipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return SystemError("pipe");
  return Pipe{.read = UniqueFd(ends[0]), .write = UniqueFd(ends[1])};
}

bool IsEntryOf(std::string_view entry, std::string_view name) {
  return entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name);
}

std::vector<std::string> EnvironmentOf(const RotationProgram& program) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const bool replaced =
        std::any_of(program.environment.begin(), program.environment.end(),
                    [&](const auto& variable) { return IsEntryOf(text, variable.first); });
    if (!replaced && !IsOwnSetting(text.substr(0, text.find('=')))) entries.emplace_back(text);
  }
  for (const auto& [name, value] : program.environment) {
    std::string& entry = entries.emplace_back(name);
    entry.append("=").append(value);
  }
  return entries;
}

std::vector<char*> PointersTo(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// A signal's disposition while this lives.
class SignalSetTo {
 public:
  SignalSetTo(int number, void (*disposition)(int)) : number_(number) {
    struct sigaction action = {};
    action.sa_handler = disposition;
    ::sigaction(number_, &action, &before_);
  }
  ~SignalSetTo() { ::sigaction(number_, &before_, nullptr); }
  SignalSetTo(const SignalSetTo&) = delete;
  SignalSetTo& operator=(const SignalSetTo&) = delete;

 private:
  int number_;
  struct sigaction before_ = {};
};

// Between fork and exec: async-signal-safe calls only.
[[noreturn]] void BecomeProgram(const int (&standard)[3], char* const* argv, char* const* envp) {
  ::setpgid(0, 0);
  // What ends this program does not end that one half way: its time limit does.
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  // Above 2 first, should we have been started without standard descriptors.
  int high[3];
  for (int i = 0; i < 3; ++i) {
    high[i] = ::fcntl(standard[i], F_DUPFD_CLOEXEC, 3);
    // With ours it would print secrets there, and what it makes would be lost.
    if (high[i] < 0) ::_exit(kNotStarted);
  }
  for (int i = 0; i < 3; ++i) {
    if (::dup2(high[i], i) < 0) ::_exit(kNotStarted);
  }
  ::close_range(3, ~0U, 0);
  ::execve("/bin/sh", argv, envp);
  ::_exit(kNotStarted);
}

// The running program and the three pipes to it.
class Running {
 public:
  static Result<Running> Start(const RotationProgram& program) {
    ASSIGN_OR_RETURN(Pipe in, MakePipe());
    ASSIGN_OR_RETURN(Pipe out, MakePipe());
    ASSIGN_OR_RETURN(Pipe err, MakePipe());
    std::vector<std::string> words = {"sh", "-c", program.command};
    std::vector<std::string> entries = EnvironmentOf(program);
    const std::vector<char*> argv = PointersTo(words);
    const std::vector<char*> envp = PointersTo(entries);
    const int standard[3] = {in.read.get(), out.write.get(), err.write.get()};
    // The place of the descriptor that says when it has ended: a program that has begun is not to
    // be killed because there is none left.
    UniqueFd place(::fcntl(in.read.get(), F_DUPFD_CLOEXEC, 3));
    if (!place.valid()) return SystemError("dup");
    const pid_t pid = ::fork();
    if (pid < 0) return SystemError("fork");
    if (pid == 0) BecomeProgram(standard, argv.data(), envp.data());
    place.Reset();
    ::setpgid(pid, pid);  // here as well, so that the group is there whoever comes first
    ::fcntl(in.write.get(), F_SETFL, O_NONBLOCK);
    Running running(pid, std::move(in.write), std::move(out.read), std::move(err.read));
    if (!running.ended_.valid()) return SystemError("pidfd_open");
    return running;
  }
  Running(Running&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)),
        ended_(std::move(other.ended_)),
        in_(std::move(other.in_)),
        out_(std::move(other.out_)),
        err_(std::move(other.err_)) {}
  Running& operator=(Running&&) = delete;
  ~Running() { End(); }

  UniqueFd& in() { return in_; }
  UniqueFd& out() { return out_; }
  UniqueFd& err() { return err_; }

  // To be polled: readable once it has ended.
  const UniqueFd& ended() const { return ended_; }
  // How it has. It is not reaped yet, so that the number of its group stays its own. Requires:
  // ended() is readable.
  siginfo_t HowItEnded() const {
    siginfo_t info = {};
    RetryOnEintr([&] {
      return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
    });
    return info;
  }

 private:
  Running(pid_t pid, UniqueFd in, UniqueFd out, UniqueFd err)
      : pid_(pid),
        ended_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))),
        in_(std::move(in)),
        out_(std::move(out)),
        err_(std::move(err)) {}

  void End() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    RetryOnEintr([this] { return ::waitpid(pid_, nullptr, 0); });
    pid_ = -1;
  }

  pid_t pid_;
  UniqueFd ended_;
  UniqueFd in_;
  UniqueFd out_;
  UniqueFd err_;
};

// What has come out of one pipe.
class Collected {
 public:
  explicit Collected(std::size_t limit) : limit_(limit) {}

  // Takes what there is. false: the pipe is at its end.
  bool Take(int fd) {
    char bytes[4096];
    const ssize_t got = RetryOnEintr([&] { return ::read(fd, bytes, sizeof bytes); });
    if (got <= 0) return false;
    const std::size_t fits = std::min(static_cast<std::size_t>(got), limit_ - size_);
    builder_.Append({bytes, fits});
    size_ += fits;
    if (fits < static_cast<std::size_t>(got)) is_cut_ = true;
    Wipe(bytes, sizeof bytes);
    return true;
  }
  bool is_cut() const { return is_cut_; }
  Secret Build() && { return std::move(builder_).Build(); }

 private:
  std::size_t limit_;
  std::size_t size_ = 0;
  bool is_cut_ = false;
  SecretBuilder builder_;
};

// Writes and reads until the program has ended and both outputs are at their end, or time is over.
class Conversation {
 public:
  Conversation(Running& running, const Secret& input, const RotationProgram& program)
      : running_(running),
        left_(input.Reveal()),
        out_(program.output_limit),
        err_(program.output_limit),
        deadline_(std::chrono::steady_clock::now() + program.time_limit),
        limit_(program.time_limit) {}

  ProgramOutput Run() && {
    Status outcome = Talk();
    if (outcome.ok()) outcome = Ending();
    const bool stderr_is_cut = err_.is_cut();
    return {.outcome = std::move(outcome),
            .stdout_bytes = std::move(out_).Build(),
            .stderr_bytes = std::move(err_).Build(),
            .stderr_is_cut = stderr_is_cut};
  }

 private:
  Status Talk() {
    while (!has_ended_ || running_.out().valid() || running_.err().valid()) {
      pollfd watched[] = {{running_.in().get(), POLLOUT, 0},
                          {running_.out().get(), POLLIN, 0},
                          {running_.err().get(), POLLIN, 0},
                          {has_ended_ ? -1 : running_.ended().get(), POLLIN, 0}};
      const auto left =
          std::chrono::ceil<milliseconds>(deadline_ - std::chrono::steady_clock::now());
      if (left.count() <= 0) return has_ended_ ? Status() : TimeIsOver();
      constexpr milliseconds kLongestPoll{1'000'000};
      const int wait = static_cast<int>(std::min<milliseconds>(left, kLongestPoll).count());
      if (::poll(watched, std::size(watched), wait) <= 0) continue;
      if (watched[0].revents != 0) Feed();
      if (watched[1].revents != 0 && !out_.Take(running_.out().get())) running_.out().Reset();
      if (watched[2].revents != 0 && !err_.Take(running_.err().get())) running_.err().Reset();
      if (out_.is_cut()) return Failed("printed too much");
      if (watched[3].revents != 0) NoteEnd();
    }
    return {};
  }

  void NoteEnd() {
    has_ended_ = true;
    deadline_ = std::chrono::steady_clock::now() + kOutputAfterEnd;
  }

  void Feed() {
    const ssize_t wrote =
        RetryOnEintr([this] { return ::write(running_.in().get(), left_.data(), left_.size()); });
    if (wrote < 0 && errno == EAGAIN) return;
    // It need not read what it has no use for.
    left_.remove_prefix(wrote < 0 ? left_.size() : static_cast<std::size_t>(wrote));
    if (left_.empty()) running_.in().Reset();
  }

  Status Ending() {
    const siginfo_t end = running_.HowItEnded();
    const std::string number = std::to_string(end.si_status);
    if (end.si_code != CLD_EXITED) return Failed("was ended by signal " + number);
    return end.si_status == 0 ? Status() : Failed("exited with status " + number);
  }

  static Error Failed(const std::string& how) {
    return {ErrorCode::kFailedPrecondition, "--exec: the program " + how};
  }
  Error TimeIsOver() const {
    return {ErrorCode::kDeadlineExceeded,
            "--exec: the program was not done within " + std::to_string(limit_.count()) + " ms"};
  }

  Running& running_;
  std::string_view left_;
  Collected out_;
  Collected err_;
  bool has_ended_ = false;
  Moment deadline_;
  milliseconds limit_;
};

}  // namespace

Result<ProgramOutput> RunRotationProgram(const RotationProgram& program, const Secret& input) {
  // A program that reads no input is not our end.
  const SignalSetTo pipe(SIGPIPE, SIG_IGN);
  // How it ended is not told to whoever has inherited that this is ignored.
  const SignalSetTo child(SIGCHLD, SIG_DFL);
  ASSIGN_OR_RETURN(Running running, Running::Start(program));
  return Conversation(running, input, program).Run();
}

}  // namespace injector
