#include "injector/doctor/apart.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "injector/base/ascii.h"
#include "injector/base/unique_fd.h"

namespace injector::doctor {
namespace {

using std::chrono::milliseconds;
using Moment = std::chrono::steady_clock::time_point;

constexpr std::size_t kMostAtOnce = 256;
// A process that prints more has been taken over.
constexpr std::size_t kMostBytes = std::size_t{64} << 10;

// The pipe carries lines: first "start TICKS" of the steady clock, which is the same in all
// processes; then "say TEXT"; at last "end TICKS" and "CATEGORY TEXT".
constexpr std::string_view kStart = "start";
constexpr std::string_view kEnd = "end";
constexpr std::string_view kSay = "say";

std::string NowAsText() {
  return std::to_string(std::chrono::steady_clock::now().time_since_epoch().count());
}

std::optional<Moment> ParseMoment(std::string_view text) {
  Moment::duration::rep ticks = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), ticks);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return Moment(Moment::duration(ticks));
}

void WriteLine(int fd, std::string_view word, std::string_view text) {
  std::string line = std::string(word) + " ";
  for (const char c : text) line += IsAsciiControl(c) ? ' ' : c;
  line += '\n';
  std::string_view left = line;
  while (!left.empty()) {
    const ssize_t wrote = RetryOnEintr([&] { return ::write(fd, left.data(), left.size()); });
    if (wrote <= 0) return;  // nobody listens any more
    left.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

[[noreturn]] void RunInChild(const Task& task, int in) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // A server that closes while we write is an error like any other.
  ::signal(SIGPIPE, SIG_IGN);
  // Out of the way of what comes next, should we have been started without standard descriptors.
  const int out = ::fcntl(in, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  // Libraries that speak for themselves speak to nobody.
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, fd);
  // Its time begins when it runs: on a busy machine that may be long after the fork.
  WriteLine(out, kStart, NowAsText());
  const CheckResult result = task([out](std::string_view text) { WriteLine(out, kSay, text); });
  WriteLine(out, kEnd, NowAsText());
  WriteLine(out, CategoryName(result.category), result.message);
  // Nothing of the parent's is tidied up, or written, a second time.
  ::_exit(0);
}

// A line of the pipe in two.
struct Line {
  std::string_view word, text;
};

// The whole lines that a child has written, one after the other.
class Lines {
 public:
  explicit Lines(std::string_view said) : left_(said) {}

  // nullopt: there is none any more.
  std::optional<Line> Next() {
    const std::size_t end = left_.find('\n');
    if (end == left_.npos) return std::nullopt;
    const std::string_view line = left_.substr(0, end);
    left_.remove_prefix(end + 1);
    const std::size_t space = std::min(line.find(' '), line.size());
    return Line{line.substr(0, space), line.substr(std::min(space + 1, line.size()))};
  }

 private:
  std::string_view left_;
};

class Child {
 public:
  Child(const Task& task, std::size_t index, milliseconds limit) : index_(index), limit_(limit) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    out_ = UniqueFd(ends[0]);
    const UniqueFd in(ends[1]);
    pid_ = ::fork();
    if (pid_ == 0) RunInChild(task, in.get());
  }
  Child(Child&& other) noexcept
      : index_(other.index_),
        limit_(other.limit_),
        start_(other.start_),
        pid_(std::exchange(other.pid_, -1)),
        out_(std::move(other.out_)),
        said_(std::move(other.said_)) {}
  Child& operator=(Child&&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    RetryOnEintr([this] { return ::waitpid(pid_, nullptr, 0); });
  }

  std::size_t index() const { return index_; }
  // Of its time; far off before it runs.
  Moment end() const { return start_ ? *start_ + limit_ : Moment::max(); }
  int fd() const { return out_.get(); }

  // Takes what has come. Whether more may come.
  bool Read() {
    char bytes[4096];
    const ssize_t got = RetryOnEintr([&] { return ::read(out_.get(), bytes, sizeof bytes); });
    if (got <= 0) return false;
    said_.append(bytes, static_cast<std::size_t>(got));
    // Only the first line, which was written before the task could write any.
    const std::optional<Line> first = start_ ? std::nullopt : Lines(said_).Next();
    if (first) start_ = StartIn(*first, std::chrono::steady_clock::now());
    return said_.size() < kMostBytes;
  }

  TimedResult Finish(Moment now) const {
    std::string at;
    Moment end = now;
    Lines lines(said_);
    while (const std::optional<Line> line = lines.Next()) {
      if (line->word == kSay) {
        at = line->text;
      } else if (line->word == kEnd) {
        end = ParseMoment(line->text).value_or(now);
      } else if (line->word != kStart) {
        return {{CategoryNamed(line->word), std::string(line->text)}, LatencyAt(end)};
      }
    }
    return {WithoutResult(at, now), LatencyAt(now)};
  }

 private:
  // Within the task's time, whatever a child says that was taken over: it does not get more by it.
  Moment StartIn(const Line& first, Moment now) const {
    const std::optional<Moment> said = first.word == kStart ? ParseMoment(first.text) : now;
    return std::clamp(said.value_or(now), now - limit_, now);
  }

  // Not more than the task was given: what we took to notice is no part of it.
  milliseconds LatencyAt(Moment moment) const {
    if (!start_) return milliseconds(0);
    return std::min(limit_, std::chrono::duration_cast<milliseconds>(moment - *start_));
  }

  CheckResult WithoutResult(const std::string& at, Moment now) const {
    const std::string before = at.empty() ? "" : at + ": ";
    if (now < end()) return {Category::kUnknown, before + "the check ended without a result"};
    const auto limit = limit_.count();
    return {Category::kTimeout, before + "no answer within " +
                                    (limit % 1000 == 0 ? std::to_string(limit / 1000) + " s"
                                                       : std::to_string(limit) + " ms")};
  }

  std::size_t index_;
  milliseconds limit_;
  std::optional<Moment> start_;  // nullopt: it has not begun
  pid_t pid_ = -1;
  UniqueFd out_;
  std::string said_;
};

// Until something can be read, or the first deadline.
std::vector<pollfd> Await(const std::vector<Child>& children) {
  std::vector<pollfd> watched;
  Moment first = Moment::max();
  for (const Child& child : children) {
    watched.push_back({child.fd(), POLLIN, 0});
    first = std::min(first, child.end());
  }
  // Far off: somebody has not begun, and will say when.
  constexpr milliseconds kLongest = std::chrono::hours(1);
  const auto left = std::chrono::ceil<milliseconds>(first - std::chrono::steady_clock::now());
  const int wait = static_cast<int>(std::clamp(left, milliseconds(0), kLongest).count());
  // Interrupted: nothing is marked as readable, and the caller comes again.
  if (::poll(watched.data(), watched.size(), wait) < 0) {
    for (pollfd& fd : watched) fd.revents = 0;
  }
  return watched;
}

}  // namespace

std::vector<TimedResult> RunApart(std::span<const Task> tasks, milliseconds limit) {
  std::vector<TimedResult> results(tasks.size());
  std::vector<Child> running;
  std::size_t next = 0;
  while (next < tasks.size() || !running.empty()) {
    while (next < tasks.size() && running.size() < kMostAtOnce) {
      running.emplace_back(tasks[next], next, limit);
      ++next;
    }
    const std::vector<pollfd> watched = Await(running);
    const Moment now = std::chrono::steady_clock::now();
    std::vector<Child> left;
    for (std::size_t i = 0; i < watched.size(); ++i) {
      const bool open = watched[i].fd >= 0 && (watched[i].revents == 0 || running[i].Read());
      if (open && now < running[i].end()) {
        left.push_back(std::move(running[i]));
      } else {
        results[running[i].index()] = running[i].Finish(now);
      }
    }
    running = std::move(left);
  }
  return results;
}

}  // namespace injector::doctor
