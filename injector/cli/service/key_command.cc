#include "injector/cli/service/key_command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "injector/base/ascii.h"
#include "injector/base/own_settings.h"
#include "injector/base/secret.h"
#include "injector/base/unique_fd.h"

namespace injector {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

// More than any key has: 64 digits and a line end.
constexpr std::size_t kMostBytes = 256;

// Whether `fd` can be read, or is at its end, before the deadline.
bool AwaitReadable(int fd, Deadline deadline) {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd watched{.fd = fd, .events = POLLIN, .revents = 0};
    const int time = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    const int ready = ::poll(&watched, 1, time);
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) return false;
  }
}

// A program in a process group of its own, of which nothing is left when this goes.
class Child {
 public:
  explicit Child(pid_t pid)
      : pid_(pid), ended_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
  ~Child() {
    if (pid_ < 0) return;
    ::kill(-pid_, SIGKILL);
    RetryOnEintr([this] { return ::waitpid(pid_, nullptr, 0); });
  }
  Child(Child&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), ended_(std::move(other.ended_)) {}
  Child& operator=(Child&&) = delete;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // As waitpid(2) has it; nullopt: it goes on beyond the deadline.
  std::optional<int> Await(Deadline deadline) {
    if (!AwaitReadable(ended_.get(), deadline)) return std::nullopt;
    int status = 0;
    const pid_t pid = std::exchange(pid_, -1);
    const pid_t reaped = RetryOnEintr([&] { return ::waitpid(pid, &status, 0); });
    // How it ended nobody can tell where SIGCHLD is ignored: not well, then.
    return reaped == pid ? status : W_EXITCODE(1, 0);
  }

 private:
  pid_t pid_;
  UniqueFd ended_;  // readable when it has
};

// What is inherited but our own settings, for posix_spawn(3).
std::vector<char*> OthersSettings() {
  std::vector<char*> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!IsOwnSetting(text.substr(0, text.find('=')))) entries.push_back(*entry);
  }
  entries.push_back(nullptr);
  return entries;
}

// posix_spawn(3)'s two kinds of instructions.
class SpawnPlan {
 public:
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  Result<Child> Run(const std::string& command, int out) {
    // In this order: `out` may be what stdin would be, where that was closed.
    ::posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    std::array<std::string, 3> words = {"sh", "-c", command};
    std::array<char*, 4> argv = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    pid_t pid = -1;
    std::vector<char*> entries = OthersSettings();
    const int error =
        ::posix_spawn(&pid, "/bin/sh", &actions_, &attributes_, argv.data(), entries.data());
    if (error != 0) return Error::FromErrno(error, "/bin/sh");
    return Child(pid);
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

Error TookTooLong() { return {ErrorCode::kDeadlineExceeded, "the command took too long"}; }
Error NoKey() {
  return Error(ErrorCode::kInvalidArgument, "the command did not print a key")
      .WithHint("one line, 64 hex digits or base64 of 32 bytes, and nothing else");
}

// What is printed until the end of the output; at most one byte more than a key may have.
Result<Secret> ReadOutput(int fd, Deadline deadline) {
  Secret output(kMostBytes + 1);
  std::size_t size = 0;
  while (size < output.size()) {
    if (!AwaitReadable(fd, deadline)) return TookTooLong();
    const ssize_t got = RetryOnEintr(
        [&] { return ::read(fd, output.RevealMutable().data() + size, output.size() - size); });
    if (got < 0) return Error::FromErrno(errno, "read");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  return Secret::CopyOf(output.Reveal().substr(0, size));
}

Status CheckEnd(const std::optional<int>& status) {
  if (!status) return TookTooLong();
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) return {};
  const std::string how = WIFEXITED(*status)
                              ? "ended with status " + std::to_string(WEXITSTATUS(*status))
                              : "was ended by signal " + std::to_string(WTERMSIG(*status));
  return Error(ErrorCode::kUnavailable, "the command " + how);
}

Result<KeyText> ParseKey(const Secret& output) {
  std::string_view line = output.Reveal();
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  if (std::any_of(line.begin(), line.end(), is_blank)) return NoKey();
  Result<KeyText> key = KeyText::Parse(line);
  if (!key.ok() || key->raw_key() == nullptr) return NoKey();
  return key;
}

Result<KeyText> Read(const std::string& command, Deadline deadline) {
  std::array<int, 2> ends;
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error::FromErrno(errno, "pipe");
  const UniqueFd in(ends[0]);
  UniqueFd out(ends[1]);
  ASSIGN_OR_RETURN(Child child, SpawnPlan().Run(command, out.get()));
  out.Reset();
  ASSIGN_OR_RETURN(const Secret output, ReadOutput(in.get(), deadline));
  if (output.size() > kMostBytes) return NoKey();
  RETURN_IF_ERROR(CheckEnd(child.Await(deadline)));
  return ParseKey(output);
}

}  // namespace

Result<KeyText> ReadKeyCommand(const std::string& command, std::string_view option,
                               std::chrono::milliseconds patience) {
  Result<KeyText> key = Read(command, std::chrono::steady_clock::now() + patience);
  if (!key.ok()) return std::move(key).error().WithContext(option);
  return key;
}

}  // namespace injector
