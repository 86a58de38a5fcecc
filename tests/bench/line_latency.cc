// How long a line takes through a filter: line_latency LINES COMMAND [ARGUMENT…]
//
// Runs COMMAND with pipes at both ends, writes one line at a time, waits until it comes out, and
// prints the 50th and 99th percentile and the maximum in microseconds. What `cat` takes is what the
// pipes and the scheduler take; the rest is the filter's own.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Filter {
  int in;
  int out;
  pid_t pid;
};

Filter Start(char** argv) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) std::exit(2);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(in[0], STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    ::execvp(argv[0], argv);
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  return {in[1], out[0], pid};
}

// Microseconds until the line has come back.
double RoundTrip(const Filter& filter, const std::string& line) {
  const auto begin = Clock::now();
  if (::write(filter.in, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    std::exit(2);
  }
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; got < line.size();) {
    const ssize_t count = ::read(filter.out, buffer.data(), buffer.size());
    if (count <= 0) std::exit(2);
    got += static_cast<std::size_t>(count);
  }
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const int lines = std::atoi(argv[1]);
  const Filter filter = Start(argv + 2);
  std::vector<double> times;
  for (int i = 0; i < lines; ++i) {
    const std::string line = "2024-06-07T12:00:00Z INFO step " + std::to_string(1000 + i % 9000) +
                             ": downloading https://example.com/packages/libfoo.tar.gz\n";
    times.push_back(RoundTrip(filter, line));
    // As a program that now and then prints a line.
    const timespec pause = {.tv_sec = 0, .tv_nsec = 200'000};
    ::nanosleep(&pause, nullptr);
  }
  times.erase(times.begin(), times.begin() + lines / 10);  // start-up
  std::sort(times.begin(), times.end());
  std::printf("%.1f %.1f %.1f\n", times[times.size() / 2], times[times.size() * 99 / 100],
              times.back());
  ::close(filter.in);
  ::waitpid(filter.pid, nullptr, 0);
  return 0;
}
