#include "runner_shim/process/spawn.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "runner_shim/process/exit_status.h"
#include "runner_shim/process/group_keeper.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;
using injector::Result;
using injector::RetryOnEintr;
using injector::UniqueFd;

// The steps between fork and exec, in their order.
enum class Step {
  kDescriptors,
  kGroup,
  kSession,
  kUser,
  kDirectory,
  kParentDeath,
  kRestore,
  kExec
};

// What the child writes into the start report; smaller than PIPE_BUF, so it arrives whole.
struct StepFailure {
  Step step;
  int errno_value;
  bool interpreter_is_missing;
};

// Everything the child looks at. Built before the fork; no allocation after it.
struct ChildPlan {
  const ChildCommand& command;
  const SpawnOptions& options;
  const InheritedState& inherited;
  ExecImage& image;
  pid_t parent;
};

bool SetDescriptors(const SpawnOptions& options) {
  const std::array<int, 3> wanted = {options.standard_input, options.standard_output,
                                     options.standard_error};
  // None of the sources is 0, 1 or 2 (InheritedState plugs those), so no dup2 hits a later one.
  for (int target = 0; target < 3; ++target) {
    const int source = wanted[static_cast<std::size_t>(target)];
    if (source >= 0 && RetryOnEintr([&] { return ::dup2(source, target); }) < 0) return false;
  }
  return true;
}

bool JoinGroup(const SpawnOptions& options) {
  if (options.placement != ChildPlacement::kOwnGroup) return true;
  if (::setpgid(0, 0) != 0) return false;
  if (options.foreground == Foreground::kKeep) return true;
  // Here and not in the parent: the child must not run in the background first. SIGTTOU is blocked.
  return ::tcsetpgrp(options.terminal, ::getpid()) == 0 || errno == ENOTTY;
}

bool JoinSession(const ChildPlan& plan) {
  if (plan.options.placement != ChildPlacement::kOwnSession) return true;
  if (::setsid() < 0 || ::ioctl(plan.options.terminal, TIOCSCTTY, 0) != 0) return false;
  StartGroupKeeper(plan.image.environment());
  return true;
}

bool IsUser(const ChildUser& user) {
  std::array<uid_t, 3> uids{};
  std::array<gid_t, 3> gids{};
  return ::getresuid(&uids[0], &uids[1], &uids[2]) == 0 &&
         ::getresgid(&gids[0], &gids[1], &gids[2]) == 0 &&
         uids == std::array{user.uid, user.uid, user.uid} &&
         gids == std::array{user.gid, user.gid, user.gid};
}

bool BecomeUser(const std::optional<ChildUser>& user) {
  if (!user) return true;
  const auto& groups = user->supplementary_groups;
  // Groups first: they need the privileges that setuid gives up.
  if (::setgroups(groups.size(), groups.data()) != 0) {
    const int error = errno;
    const bool nothing_to_drop = error == EPERM && IsUser(*user);
    errno = error;
    return nothing_to_drop;
  }
  return ::setgid(user->gid) == 0 && ::setuid(user->uid) == 0;
}

bool EnterDirectory(const std::string& directory) {
  return directory.empty() || ::chdir(directory.c_str()) == 0;
}

bool BindToParent(ParentDeath parent_death, pid_t parent) {
  if (parent_death == ParentDeath::kIgnored) return true;
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;
  // The parent may have died before the call; then nobody would send the signal.
  if (::getppid() != parent) ::_exit(kExitSignalBase + SIGKILL);
  return true;
}

// The child from fork to exec: async-signal-safe calls only. Returns what failed.
StepFailure PrepareAndExec(const ChildPlan& plan) {
  const auto failed = [](Step step) { return StepFailure{step, errno, false}; };
  if (!SetDescriptors(plan.options)) return failed(Step::kDescriptors);
  if (!JoinGroup(plan.options)) return failed(Step::kGroup);
  if (!JoinSession(plan)) return failed(Step::kSession);
  if (!BecomeUser(plan.command.user)) return failed(Step::kUser);
  if (!EnterDirectory(plan.command.working_directory)) return failed(Step::kDirectory);
  // After the change of user, which clears it (prctl(2)).
  if (!BindToParent(plan.options.parent_death, plan.parent)) return failed(Step::kParentDeath);
  plan.inherited.CloseOursAtExec();
  if (!plan.inherited.Restore()) return failed(Step::kRestore);
  const ExecFailure failure = plan.image.Exec();
  return {Step::kExec, failure.errno_value, failure.interpreter_is_missing};
}

[[noreturn]] void RunChild(const ChildPlan& plan, int start_report) {
  const StepFailure failure = PrepareAndExec(plan);
  [[maybe_unused]] const ssize_t wrote =
      RetryOnEintr([&] { return ::write(start_report, &failure, sizeof(failure)); });
  ::_exit(kExitNotFound);
}

StartFailure ExecStartFailure(const StepFailure& failure, const std::string& name) {
  if (failure.interpreter_is_missing) {
    return {kExitCannotExecute,
            Error(ErrorCode::kNotFound, "run " + name + ": its interpreter is missing")
                .WithHint("see the first line of the script, or the program's loader (ldd)")};
  }
  Error error = Error::FromErrno(failure.errno_value, "run " + name);
  const bool absent = failure.errno_value == ENOENT || failure.errno_value == ENOTDIR;
  if (!absent) return {kExitCannotExecute, std::move(error)};
  if (name.find('/') != std::string::npos) return {kExitNotFound, std::move(error)};
  return {kExitNotFound, Error(ErrorCode::kNotFound, "run " + name + ": not found in PATH")};
}

StartFailure Describe(const StepFailure& failure, const ChildCommand& command) {
  const auto own = [&](const std::string& what) {
    return StartFailure{kExitOwnFailure, Error::FromErrno(failure.errno_value, what)};
  };
  const std::string& setting = command.working_directory_setting;
  switch (failure.step) {
    case Step::kDescriptors:
      return own("give the job its standard descriptors");
    case Step::kGroup:
      return own("give the job its process group");
    case Step::kSession:
      return own("give the job its session and terminal");
    case Step::kUser:
      return own("become user " + std::to_string(command.user ? command.user->uid : 0));
    case Step::kDirectory:
      return own((setting.empty() ? "" : setting + ": ") + "enter " + command.working_directory);
    case Step::kParentDeath:
      return own("set the parent-death signal");
    case Step::kRestore:
      return own("restore signals and limits");
    case Step::kExec:
      break;
  }
  return ExecStartFailure(failure, command.argv.front());
}

// Whether the child may use our memory until its exec while we wait (vfork(2)). Copying the page
// tables, and then each page that either of us writes, costs a start more than the rest of this
// file. Not where a terminal's Ctrl-Z may stop it before its exec, and so us, who have to follow.
// Not with another user: setuid(2) changes all threads that the C library knows of (nptl(7)), and
// there those would be ours.
bool MayBorrowMemory(const ChildCommand& command, const SpawnOptions& options) {
  return options.placement == ChildPlacement::kOwnGroup &&
         options.foreground == Foreground::kKeep && !command.user;
}

// The parent's part of kOwnGroup: done on both sides, so that the group exists for whoever of the
// two runs first. After the exec it fails with EACCES, and is not needed.
void JoinGroupFromParent(pid_t child, ChildPlacement placement) {
  if (placement == ChildPlacement::kOwnGroup) ::setpgid(child, child);
}

}  // namespace

std::variant<SpawnedChild, StartFailure> Spawn(ChildCommand command, const SpawnOptions& options,
                                               const InheritedState& inherited) {
  const auto own = [](const char* what) {
    return StartFailure{kExitOwnFailure, Error::FromErrno(errno, what)};
  };
  Result<ExecImage> image = ExecImage::Build(command);
  if (!image.ok()) return StartFailure{kExitCannotExecute, std::move(image).error()};
  std::array<int, 2> report{};
  if (::pipe2(report.data(), O_CLOEXEC) != 0) return own("pipe");
  UniqueFd reader(report[0]);
  const UniqueFd writer(report[1]);

  const ChildPlan plan{command, options, inherited, *image, ::getpid()};
  // Not a function of its own: whoever calls vfork must not return in the child.
  // The assignment is the one that vfork(2) allows.
  // NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.vfork, clang-analyzer-unix.Vfork)
  const pid_t pid = MayBorrowMemory(command, options) ? ::vfork() : ::fork();
  if (pid < 0) return own("fork");
  if (pid == 0) RunChild(plan, writer.get());

  JoinGroupFromParent(pid, options.placement);
  command.environment.clear();
  // Without one, the child's end is learnt from SIGCHLD alone. The pid cannot be reused before we
  // have reaped it, so opening it now is not a race. (glibc 2.36 declares no C++ pidfd_open.)
  UniqueFd pid_fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  return SpawnedChild(pid, std::move(pid_fd), std::move(reader), std::move(command));
}

Result<std::optional<StartFailure>> SpawnedChild::AwaitStart() {
  StepFailure failure{};
  const ssize_t got =
      RetryOnEintr([&] { return ::read(start_report_.get(), &failure, sizeof(failure)); });
  if (got < 0) return Error::FromErrno(errno, "read the start report");
  start_report_.Reset();
  if (got == 0) return std::optional<StartFailure>();
  RetryOnEintr([&] { return ::waitpid(pid_, nullptr, 0); });
  return std::optional<StartFailure>(Describe(failure, command_));
}

StartFailure ExecInPlace(ChildCommand command, const InheritedState& inherited) {
  Result<ExecImage> image = ExecImage::Build(command);
  if (!image.ok()) return {kExitCannotExecute, std::move(image).error()};
  command.environment.clear();
  SpawnOptions options;
  options.placement = ChildPlacement::kOurGroup;
  options.parent_death = ParentDeath::kIgnored;
  const ChildPlan plan{command, options, inherited, *image, ::getpid()};
  return Describe(PrepareAndExec(plan), command);
}

}  // namespace runner_shim
