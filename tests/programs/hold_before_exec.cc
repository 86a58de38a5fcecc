// hold_before_exec PROGRAM [ARGUMENT…]: runs PROGRAM so that the first process below it that asks
// for a parent-death signal, as a shim's child does just before it becomes the command, is held
// there until somebody types Ctrl-Z. Says on stderr "held", then "stopped" when PROGRAM has stopped
// itself; continues everybody in its group, as `fg` does; ends as PROGRAM does.
//
// Holding is done by a seccomp filter that has us asked (seccomp_unotify(2)).

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdio>

namespace {

// From here on a request for a parent-death signal waits for who reads the result, a descriptor.
int AskBeforeParentDeath() {
  std::array<sock_filter, 6> program = {
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3),
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[0])),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_PDEATHSIG, 0, 1),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog filter = {.len = program.size(), .filter = program.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return static_cast<int>(
      ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter));
}

// Both share their descriptors until the exec, so that the parent has the listener, too.
pid_t Start(char** command, int listener_report) {
  const pid_t child =
      static_cast<pid_t>(::syscall(SYS_clone, CLONE_FILES | SIGCHLD, nullptr, nullptr, nullptr, 0));
  if (child != 0) return child;
  const int listener = AskBeforeParentDeath();
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::write(listener_report, &listener, sizeof(listener)) != sizeof(listener)) ::_exit(97);
  ::execv(command[0], command);
  ::_exit(98);
}

void Say(const char* word) { std::fprintf(stderr, "%s\n", word); }

bool HoldUntilControlZ(int listener) {
  seccomp_notif request{};
  if (::ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request) != 0) return false;
  Say("held");
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  int received = 0;
  ::sigwait(&stop, &received);
  seccomp_notif_resp go_on{};
  go_on.id = request.id;
  go_on.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  const bool sent = ::ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &go_on) == 0;
  ::close(listener);  // nobody else is held: a leak sanitizer, say, asks for the same
  return sent;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 99;
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  ::sigprocmask(SIG_BLOCK, &stop, nullptr);
  std::array<int, 2> report{};
  int listener = -1;
  if (::pipe(report.data()) != 0) return 96;
  const pid_t child = Start(argv + 1, report[1]);
  if (::read(report[0], &listener, sizeof(listener)) != sizeof(listener)) return 95;
  if (listener < 0 || !HoldUntilControlZ(listener)) return 94;
  int status = 0;
  while (::waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status)) {
    Say("stopped");
    ::kill(0, SIGCONT);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 93;
}
