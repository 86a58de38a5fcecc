// process_state: prints what a process can see of how it was started, one "name value" line each.

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

void PrintSignals() {
  sigset_t mask;
  ::sigprocmask(SIG_SETMASK, nullptr, &mask);
  for (int signal = 1; signal < NSIG; ++signal) {
    if (sigismember(&mask, signal) == 1) std::printf("blocked %d\n", signal);
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) {
      std::printf("ignored %d\n", signal);
    }
  }
}

void PrintDescriptors() {
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return;
  std::vector<int> open;
  while (const dirent* entry = ::readdir(directory)) {
    const int fd = std::atoi(entry->d_name);
    if (entry->d_name[0] != '.' && fd != ::dirfd(directory)) open.push_back(fd);
  }
  ::closedir(directory);
  std::sort(open.begin(), open.end());
  for (const int fd : open) {
    const int flags = ::fcntl(fd, F_GETFL);
    std::printf("descriptor %d%s\n", fd, (flags & O_NONBLOCK) != 0 ? " nonblocking" : "");
  }
}

void PrintIds() {
  std::printf("leads_group %d\n", ::getpgrp() == ::getpid() ? 1 : 0);
  std::printf("leads_session %d\n", ::getsid(0) == ::getpid() ? 1 : 0);
  std::printf("in_parents_group %d\n", ::getpgrp() == ::getpgid(::getppid()) ? 1 : 0);
  std::printf("user %d %d\n", static_cast<int>(::getuid()), static_cast<int>(::getgid()));
  std::printf("groups %d\n", ::getgroups(0, nullptr));
}

}  // namespace

int main() {
  PrintSignals();
  PrintDescriptors();
  PrintIds();
  int parent_death = 0;
  ::prctl(PR_GET_PDEATHSIG, &parent_death);
  std::printf("parent_death %d\n", parent_death);
  rlimit core{};
  ::getrlimit(RLIMIT_CORE, &core);
  std::printf("core %llu %llu\n", static_cast<unsigned long long>(core.rlim_cur),
              static_cast<unsigned long long>(core.rlim_max));
  std::array<char, 4096> directory{};
  if (::getcwd(directory.data(), directory.size()) != nullptr) {
    std::printf("directory %s\n", directory.data());
  }
  return 0;
}
