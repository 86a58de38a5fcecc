// orphan_maker N: makes N grandchildren whose parents have gone before they end, waits until all
// have ended and been reaped, and prints how many of them stayed zombies.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

namespace {

// Returns the pid of a process that has become an orphan and ends at once.
pid_t MakeOrphan() {
  const pid_t supervisor = ::getppid();
  std::array<int, 2> report{};
  std::array<int, 2> go{};
  if (::pipe(report.data()) != 0 || ::pipe(go.data()) != 0) std::exit(99);
  const pid_t middle = ::fork();
  if (middle == 0) {
    if (::fork() == 0) {
      const pid_t self = ::getpid();
      char byte = 0;
      ::close(go[1]);
      if (::write(report[1], &self, sizeof(self)) < 0) ::_exit(1);
      // End of file: the one that made us has reaped our parent.
      if (::read(go[0], &byte, 1) != 0) ::_exit(1);
      const bool adopted = ::getppid() == supervisor;
      if (!adopted && ::write(STDOUT_FILENO, "stranger\n", 9) < 0) ::_exit(1);
      ::_exit(0);
    }
    ::_exit(0);
  }
  pid_t orphan = 0;
  if (::read(report[0], &orphan, sizeof(orphan)) < 0) std::exit(99);
  ::waitpid(middle, nullptr, 0);
  for (const int fd : {report[0], report[1], go[0], go[1]}) ::close(fd);
  return orphan;
}

bool Exists(pid_t pid) { return ::kill(pid, 0) == 0 || errno != ESRCH; }

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 1;
  std::vector<pid_t> orphans;
  for (int i = 0; i < count; ++i) orphans.push_back(MakeOrphan());
  // An orphan is nobody's event: asking is the only way. A zombie would exist for ever.
  int left = count;
  for (int tries = 0; left > 0 && tries < 3000; ++tries) {
    left = 0;
    for (const pid_t orphan : orphans) left += Exists(orphan) ? 1 : 0;
    if (left > 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::printf("zombies %d\n", left);
  return 0;
}
