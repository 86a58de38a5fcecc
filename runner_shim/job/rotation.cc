#include "runner_shim/job/rotation.h"

#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <utility>

#include "injector/inject/field_scrub_values.h"
#include "runner_shim/job/job_file_options.h"
#include "runner_shim/job/messages.h"

namespace runner_shim {
namespace {

using injector::Connection;
using injector::Error;
using injector::HelperLogin;
using injector::LeaseChanges;
using injector::Result;
using injector::Secret;
using injector::Status;
using injector::Variable;

ChildCommand Copy(const ChildCommand& command) {
  ChildCommand copy;
  copy.argv = command.argv;
  for (const Secret& entry : command.environment) copy.environment.push_back(entry.Clone());
  copy.working_directory = command.working_directory;
  copy.user = command.user;
  copy.working_directory_setting = command.working_directory_setting;
  return copy;
}

bool IsSame(const HelperLogin& a, const HelperLogin& b) {
  return a.protocol == b.protocol && a.place == b.place && a.login == b.login &&
         a.password == b.password;
}

std::vector<HelperLogin> Copy(const std::vector<HelperLogin>& logins) {
  std::vector<HelperLogin> copy;
  for (const HelperLogin& login : logins) {
    copy.push_back({login.protocol, login.place, login.login.Clone(), login.password.Clone()});
  }
  return copy;
}

bool IsSame(const ChildCommand& a, const ChildCommand& b) {
  return a.argv == b.argv && std::ranges::equal(a.environment, b.environment);
}

// What has to be done so that the job has `next` where it had `current`.
JobChange Difference(const JobUpdate& current, const JobUpdate& next) {
  JobChange change;
  for (const ScrubSecret& secret : next.secrets) {
    const bool known = std::ranges::any_of(current.secrets, [&](const ScrubSecret& other) {
      return other.name == secret.name && other.value == secret.value;
    });
    if (known) continue;
    change.secrets.push_back({.name = secret.name,
                              .value = secret.value.Clone(),
                              .whole_url_is_secret = secret.whole_url_is_secret});
  }
  for (const JobUpdate::File& file : next.files) {
    const bool known = std::ranges::any_of(current.files, [&](const JobUpdate::File& other) {
      return other.name == file.name && other.content == file.content;
    });
    if (!known) change.files.push_back({file.name, file.content.Clone()});
  }
  const bool same_logins =
      std::ranges::equal(current.logins, next.logins,
                         [](const HelperLogin& a, const HelperLogin& b) { return IsSame(a, b); });
  if (!same_logins) change.logins = Copy(next.logins);
  if (!change.files.empty() || !IsSame(current.command, next.command)) {
    change.command = Copy(next.command);
  }
  return change;
}

bool IsNothing(const JobChange& change) {
  return change.secrets.empty() && change.files.empty() && !change.logins && !change.command;
}

// Everything secret that has come, whatever the job is given of it.
std::vector<ScrubSecret> SecretsIn(const LeaseChanges& changes) {
  std::vector<ScrubSecret> secrets;
  const auto add = [&secrets](std::vector<injector::ScrubValue> values) {
    for (injector::ScrubValue& value : values) {
      secrets.push_back({.name = std::move(value.name),
                         .value = std::move(value.value),
                         .whole_url_is_secret = value.secret_field});
    }
  };
  for (const Connection& connection : changes.connections) {
    add(injector::FieldScrubValues(connection));
  }
  for (const Variable& variable : changes.variables) add(injector::VariableScrubValues(variable));
  if (changes.endpoint) secrets.push_back({"endpoint-token", changes.endpoint->token.Clone()});
  return secrets;
}

bool HasEnded(pid_t child) {
  siginfo_t info{};
  const auto id = static_cast<id_t>(child);
  const int seen = injector::RetryOnEintr(
      [&] { return ::waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT); });
  return seen != 0 || info.si_pid != 0;
}

}  // namespace

// Applies changes to one run of the command.
class Rotation::Follower final : public Companion {
 public:
  Follower(Rotation& rotation, const Target& target)
      : rotation_(rotation),
        scrubbing_(target.scrubbing),
        files_(target.files),
        logins_(target.logins),
        signals_(target.child.signals),
        pid_(target.child.pid),
        update_filters_(target.child.update_filters),
        kill_timer_(target.child.loop, [this] { signals_.SendToGroup(SIGKILL); }),
        watch_(target.child.loop, rotation.inbox_->fd(), POLLIN, [this](short) { OnChange(); }) {}

  void OnTermination(int signal) override {
    // HUP alone may only mean "read your configuration again".
    if (signal == SIGHUP && !ending_) return;
    asked_to_end_ = true;
    rotation_.restart_.reset();
  }

 private:
  void OnChange() {
    std::optional<JobChange> change = rotation_.inbox_->Take();
    if (change) rotation_.inbox_->Answer(Apply(*std::move(change)));
  }

  // Whether the new values are masked. Before that the job must not be able to see them.
  bool Apply(JobChange change) {
    const Status masked = scrubbing_.Add(std::move(change.secrets));
    if (!masked.ok()) {
      SayError(Error(masked.error()).WithContext("new values are kept from the job"));
      return false;
    }
    update_filters_();
    if (change.logins) logins_.Replace(*std::move(change.logins));
    for (const JobUpdate::File& file : change.files) {
      const Status replaced = files_->Replace(file.name, file.content.Reveal());
      if (!replaced.ok()) SayError(replaced.error());
    }
    if (change.command) Tell(*std::move(change.command));
    return true;
  }

  void Tell(ChildCommand command) {
    switch (rotation_.options_.on_rotate) {
      case JobOptions::OnRotate::kNone:
        return;
      case JobOptions::OnRotate::kSignal:
        return signals_.SendToChild(rotation_.options_.rotation_signal);
      case JobOptions::OnRotate::kRestart:
        return Restart(std::move(command));
    }
  }

  // Not a command that has done its work meanwhile, or that somebody else wants to end.
  void Restart(ChildCommand command) {
    if (asked_to_end_ || (!ending_ && HasEnded(pid_))) return;
    rotation_.restart_ = std::move(command);
    if (std::exchange(ending_, true)) return;
    Say("credentials have changed: the command is ended and started anew");
    signals_.SendToGroup(SIGTERM);
    if (rotation_.options_.kill_after) kill_timer_.Start(*rotation_.options_.kill_after);
  }

  Rotation& rotation_;
  Scrubbing& scrubbing_;
  PrivateDirectory* files_;
  LoginDesk& logins_;
  SignalForwarder& signals_;
  pid_t pid_;
  std::function<void()> update_filters_;
  bool ending_ = false;        // to be started anew
  bool asked_to_end_ = false;  // for good
  Timer kill_timer_;
  FdWatch watch_;
};

Rotation::Rotation(const JobOptions& options, const StartEnvironment& environment,
                   const LocalInputs& inputs, injector::FetchedItems fetched)
    : options_(options), environment_(environment), inputs_(inputs), fetched_(std::move(fetched)) {}

Rotation::~Rotation() {
  if (inbox_) inbox_->Close();
  // While everything that their threads use is there.
  fetched_.leases.clear();
}

Status Rotation::KeepLeases(JobPlace place) {
  if (fetched_.leases.empty()) return {};
  place_ = std::move(place);
  ASSIGN_OR_RETURN(inbox_, RotationInbox::Open());
  const auto take = [this](LeaseChanges changes) { return Take(std::move(changes)); };
  for (const std::unique_ptr<injector::Lease>& lease : fetched_.leases) {
    RETURN_IF_ERROR(lease->Keep({.say = &SayError, .take = take}));
  }
  return {};
}

std::unique_ptr<Companion> Rotation::Follow(const Target& target) {
  if (!inbox_) return nullptr;
  return std::make_unique<Follower>(*this, target);
}

bool Rotation::Take(LeaseChanges changes) {
  const std::lock_guard lock(mutex_);
  for (const std::string& name : changes.removed) {
    Say("warning: " + name + " is not lent to this job any more; it keeps what it has");
  }
  if (!current_) {
    Result<JobUpdate> current = PrepareUpdate(options_, environment_, inputs_, fetched_, place_);
    current_ = current.ok() ? *std::move(current) : JobUpdate();
  }
  JobChange secrets_alone{.secrets = SecretsIn(changes), .files = {}};
  Result<JobUpdate> next = UpdateWith(std::move(changes));
  if (!next.ok()) {
    SayError(std::move(next).error().WithContext("new values cannot be given to the job"));
    return inbox_->Post(std::move(secrets_alone));
  }
  JobChange change = Difference(*current_, *next);
  if (IsNothing(change)) return true;
  const bool masked = inbox_->Post(std::move(change));
  if (masked) current_ = *std::move(next);
  return masked;
}

Result<JobUpdate> Rotation::UpdateWith(LeaseChanges changes) {
  for (Connection& connection : changes.connections) {
    RETURN_IF_ERROR(Adopt(std::move(connection), changes.source));
  }
  for (Variable& variable : changes.variables) Adopt(std::move(variable), changes.source);
  if (changes.endpoint) {
    fetched_.endpoint = injector::Fetched<injector::CredentialEndpoint>{
        .item = *std::move(changes.endpoint), .source = changes.source};
  }
  return PrepareUpdate(options_, environment_, inputs_, fetched_, place_);
}

// What has come from elsewhere, an override in the environment say, stays.
Status Rotation::Adopt(Connection connection, const std::string& source) {
  for (Connection& known : fetched_.template_connections) {
    if (known.name == connection.name && known.version != 0) known = connection.Clone();
  }
  for (std::size_t i = 0; i < fetched_.connections.size(); ++i) {
    auto& known = fetched_.connections[i];
    if (!known || known->source != source || !(known->item.name == connection.name)) continue;
    known->item = connection.Clone();
    const JobFileEntry* entry = options_.connections[i].details.get();
    if (entry == nullptr) continue;
    ASSIGN_OR_RETURN(injector::OverriddenConnection overridden,
                     WithJobFileFields(std::move(known->item), *entry));
    known->item = std::move(overridden.connection);
  }
  return {};
}

void Rotation::Adopt(Variable variable, const std::string& source) {
  const auto replace = [&variable](Variable& known) {
    known.value = variable.value.Clone();
    known.is_secret = variable.is_secret;
    known.version = variable.version;
  };
  for (Variable& known : fetched_.template_variables) {
    if (known.key == variable.key && known.version != 0) replace(known);
  }
  for (auto& known : fetched_.variables) {
    if (known && known->source == source && known->item.key == variable.key) replace(known->item);
  }
}

}  // namespace runner_shim
