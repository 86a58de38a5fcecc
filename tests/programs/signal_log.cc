// signal_log COUNT [companion]: blocks every signal, says "ready", then prints a line for each of
// the next COUNT signals: "signal <number> value <n> from <pid>". With `companion` a second process
// of the same group does the same, its lines starting with "companion ".

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace {

void Log(const sigset_t& all, int count, const char* prefix) {
  std::printf("%sready\n", prefix);
  std::fflush(stdout);
  for (int i = 0; i < count; ++i) {
    siginfo_t info{};
    const int number = ::sigwaitinfo(&all, &info);
    if (number == SIGCHLD || number < 0) {
      --i;
      continue;
    }
    std::printf("%ssignal %d value %d from %d\n", prefix, number, info.si_value.sival_int,
                static_cast<int>(info.si_pid));
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  const int count = argc > 1 ? std::atoi(argv[1]) : 1;
  if (argc > 2 && ::fork() == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    Log(all, count, "companion ");
    return 0;
  }
  Log(all, count, "");
  while (::wait(nullptr) > 0) {
  }
  return 0;
}
