#include "runner_shim/process/exec_image.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "runner_shim/process/exec_limits.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;
using injector::Result;
using injector::Secret;
using injector::Status;

constexpr std::string_view kPathPrefix = "PATH=";
// What execvp(3) uses where PATH is not set (confstr(3), _CS_PATH).
constexpr std::string_view kDefaultPath = "/bin:/usr/bin";
char kShellPath[] = "/bin/sh";

std::string_view SearchPath(const std::vector<Secret>& environment) {
  for (const Secret& entry : environment) {
    const std::string_view text = entry.Reveal();
    if (text.starts_with(kPathPrefix)) return text.substr(kPathPrefix.size());
  }
  return kDefaultPath;
}

std::vector<std::string> Candidates(const std::string& name, std::string_view search_path) {
  if (name.empty() || name.find('/') != std::string::npos) return {name};
  std::vector<std::string> candidates;
  while (true) {
    const std::size_t colon = search_path.find(':');
    const std::string_view directory = search_path.substr(0, colon);
    // An empty element means the current directory.
    candidates.push_back(directory.empty() ? name : std::string(directory) + "/" + name);
    if (colon == std::string_view::npos) return candidates;
    search_path.remove_prefix(colon + 1);
  }
}

Status RefuseNulBytes(const ChildCommand& command) {
  for (std::size_t i = 0; i < command.argv.size(); ++i) {
    if (command.argv[i].find('\0') == std::string::npos) continue;
    return Error(ErrorCode::kInvalidArgument,
                 "argument " + std::to_string(i) + " holds a NUL byte");
  }
  for (const Secret& entry : command.environment) {
    if (entry.Reveal().find('\0') == std::string_view::npos) continue;
    return Error(ErrorCode::kInvalidArgument,
                 "variable " + EntryName(entry.Reveal()) + " holds a NUL byte");
  }
  return {};
}

// The search goes on after these, as in execvp(3): the name may be found in a later directory.
bool MayBeFoundElsewhere(int errno_value) {
  switch (errno_value) {
    case EACCES:
    case ENOENT:
    case ENOTDIR:
    case ESTALE:
    case ENODEV:
    case ETIMEDOUT:
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<ExecImage> ExecImage::Build(const ChildCommand& command) {
  if (command.argv.empty()) return Error(ErrorCode::kInvalidArgument, "no command given");
  RETURN_IF_ERROR(RefuseNulBytes(command));

  ExecImage image;
  image.candidates_ = Candidates(command.argv.front(), SearchPath(command.environment));
  const auto longest = std::max_element(
      image.candidates_.begin(), image.candidates_.end(),
      [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
  RETURN_IF_ERROR(CheckExecSize(command, longest->size()));

  image.arguments_ = command.argv;
  for (std::string& argument : image.arguments_) image.argv_.push_back(argument.data());
  image.argv_.push_back(nullptr);
  image.shell_argv_ = {kShellPath, nullptr};
  image.shell_argv_.insert(image.shell_argv_.end(), image.argv_.begin() + 1, image.argv_.end());

  std::size_t total = 0;
  for (const Secret& entry : command.environment) total += entry.size() + 1;
  image.environment_ = Secret(total);
  char* next = image.environment_.RevealMutable().data();
  for (const Secret& entry : command.environment) {
    image.envp_.push_back(next);
    next = std::copy(entry.Reveal().begin(), entry.Reveal().end(), next) + 1;
  }
  image.envp_.push_back(nullptr);
  return image;
}

ExecFailure ExecImage::Exec() {
  bool access_denied = false;
  ExecFailure failure{.errno_value = ENOENT, .interpreter_is_missing = false};
  for (const std::string& path : candidates_) {
    failure.errno_value = ExecCandidate(path);
    if (failure.errno_value == EACCES) access_denied = true;
    if (failure.errno_value == ENOENT && ::access(path.c_str(), F_OK) == 0) {
      failure.interpreter_is_missing = true;
      return failure;
    }
    if (!MayBeFoundElsewhere(failure.errno_value)) return failure;
  }
  if (access_denied) failure.errno_value = EACCES;
  return failure;
}

int ExecImage::ExecCandidate(const std::string& path) {
  ::execve(path.c_str(), argv_.data(), envp_.data());
  if (errno != ENOEXEC) return errno;
  // A script without a first line that names its interpreter.
  shell_argv_[1] = const_cast<char*>(path.c_str());
  ::execve(kShellPath, shell_argv_.data(), envp_.data());
  return errno == ENOENT ? ENOEXEC : errno;
}

}  // namespace runner_shim
