#include "runner_shim/job/job_change.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace runner_shim {
namespace {

using injector::HelperLogin;
using injector::InjectedLink;
using injector::Secret;
using File = JobUpdate::File;

ChildCommand Copy(const ChildCommand& command) {
  ChildCommand copy;
  copy.argv = command.argv;
  for (const Secret& entry : command.environment) copy.environment.push_back(entry.Clone());
  copy.working_directory = command.working_directory;
  copy.user = command.user;
  copy.working_directory_setting = command.working_directory_setting;
  return copy;
}

ScrubSecret Copy(const ScrubSecret& secret) {
  return {.name = secret.name,
          .value = secret.value.Clone(),
          .whole_url_is_secret = secret.whole_url_is_secret};
}

HelperLogin Copy(const HelperLogin& login) {
  return {login.protocol, login.place, login.login.Clone(), login.password.Clone()};
}

File Copy(const File& file) { return {file.name, file.content.Clone()}; }
InjectedLink Copy(const InjectedLink& link) { return link; }

bool IsSame(const ChildCommand& a, const ChildCommand& b) {
  return a.argv == b.argv && std::ranges::equal(a.environment, b.environment);
}
bool IsSame(const ScrubSecret& a, const ScrubSecret& b) {
  return a.name == b.name && a.value == b.value;
}
bool IsSame(const HelperLogin& a, const HelperLogin& b) {
  return a.protocol == b.protocol && a.place == b.place && a.login == b.login &&
         a.password == b.password;
}
bool IsSame(const File& a, const File& b) { return a.name == b.name && a.content == b.content; }
bool IsSame(const InjectedLink& a, const InjectedLink& b) {
  return a.name == b.name && a.target == b.target;
}

// Those of `next` that `current` does not hold.
template <typename T>
std::vector<T> New(const std::vector<T>& current, const std::vector<T>& next) {
  std::vector<T> fresh;
  for (const T& one : next) {
    const bool known =
        std::ranges::any_of(current, [&one](const T& other) { return IsSame(one, other); });
    if (!known) fresh.push_back(Copy(one));
  }
  return fresh;
}

template <typename T>
bool Names(const std::vector<T>& all, const std::string& name) {
  return std::ranges::find(all, name, &T::name) != all.end();
}

bool Names(const JobUpdate& update, const std::string& name) {
  return Names(update.files, name) || Names(update.links, name);
}

// Of the things in `next` those called as in `undone` are as `current` has them.
template <typename T>
void TakeBack(std::vector<T>& current, std::vector<T>& next,
              const std::vector<std::string>& undone) {
  const auto is_undone = [&undone](const T& one) {
    return std::ranges::find(undone, one.name) != undone.end();
  };
  std::erase_if(next, is_undone);
  std::ranges::copy_if(std::make_move_iterator(current.begin()),
                       std::make_move_iterator(current.end()), std::back_inserter(next), is_undone);
}

}  // namespace

JobChange Difference(const JobUpdate& current, const JobUpdate& next) {
  JobChange change{.secrets = New(current.secrets, next.secrets)};
  const bool same_logins =
      std::ranges::equal(current.logins, next.logins,
                         [](const HelperLogin& a, const HelperLogin& b) { return IsSame(a, b); });
  if (!same_logins) change.logins = New({}, next.logins);
  change.files = New(current.files, next.files);
  change.links = New(current.links, next.links);
  for (const File& file : current.files) {
    if (!Names(next, file.name)) change.gone.push_back(file.name);
  }
  for (const InjectedLink& link : current.links) {
    if (!Names(next, link.name)) change.gone.push_back(link.name);
  }
  if (!change.files.empty() || !IsSame(current.command, next.command)) {
    change.command = Copy(next.command);
  }
  return change;
}

JobUpdate AfterChange(JobUpdate current, JobUpdate next, const std::vector<std::string>& undone) {
  TakeBack(current.files, next.files, undone);
  TakeBack(current.links, next.links, undone);
  return next;
}

}  // namespace runner_shim
