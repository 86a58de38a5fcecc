#include "runner_shim/job/rotation.h"

#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "injector/inject/field_scrub_values.h"
#include "injector/sources/github/app_token.h"
#include "runner_shim/job/fetch.h"
#include "runner_shim/job/job_file_options.h"
#include "runner_shim/job/messages.h"

namespace runner_shim {
namespace {

using injector::Connection;
using injector::Error;
using injector::LeaseChanges;
using injector::Result;
using injector::Status;
using injector::Variable;
using injector::github::WithTokenOf;

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
    // The others alone may ask for something else: HUP to read the configuration again, QUIT to
    // show all threads, INT to break off a computation.
    if (signal != SIGTERM && !ending_) return;
    asked_to_end_ = true;
    rotation_.restart_.reset();
  }

 private:
  void OnChange() {
    std::optional<JobChange> change = rotation_.inbox_->Take();
    if (change) rotation_.inbox_->Answer(Apply(*std::move(change)));
  }

  // Before the new values are masked the job must not be able to see them.
  JobChangeOutcome Apply(JobChange change) {
    const Status masked = scrubbing_.Add(std::move(change.secrets));
    if (!masked.ok()) {
      SayError(Error(masked.error()).WithContext("new values are kept from the job"));
      return {};
    }
    update_filters_();
    if (change.logins) logins_.Replace(*std::move(change.logins));
    JobChangeOutcome outcome{.masked = true, .undone = ChangeFiles(change)};
    if (change.command) Tell(*std::move(change.command));
    return outcome;
  }

  // Returns the names of those that are as they were.
  std::vector<std::string> ChangeFiles(const JobChange& change) {
    std::vector<std::string> undone;
    const auto note = [&undone](const std::string& name, const Status& done) {
      if (done.ok()) return;
      SayError(Error(done.error()).WithContext("left as it is until the next change"));
      undone.push_back(name);
    };
    for (const JobUpdate::File& file : change.files) {
      note(file.name, files_->Replace(file.name, file.content.Reveal()));
    }
    for (const injector::InjectedLink& link : change.links) {
      note(link.name, files_->Link(link.name, link.target));
    }
    for (const std::string& name : change.gone) note(name, files_->Remove(name));
    return undone;
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
    if (!ending_ && HasEnded(pid_)) return;
    if (asked_to_end_) return SayThatItStays();
    rotation_.restart_ = std::move(command);
    if (std::exchange(ending_, true)) return;
    Say("credentials have changed: the command is ended and started anew");
    signals_.SendToGroup(SIGTERM);
    if (rotation_.options_.kill_after) kill_timer_.Start(*rotation_.options_.kill_after);
  }

  void SayThatItStays() {
    if (ending_ || std::exchange(has_said_that_it_stays_, true)) return;
    Say("credentials have changed: the command was asked to end before, so it is not started anew");
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
  bool has_said_that_it_stays_ = false;
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
    RETURN_IF_ERROR(lease->Keep(
        {.say = &SayError, .take = take, .masked_runs = [this] { return masked_runs_; }}));
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
  std::vector<ScrubSecret> arrived = SecretsIn(changes);
  Status usable = Adopt(std::move(changes));
  Result<JobUpdate> next = PrepareUpdate(options_, environment_, inputs_, fetched_, place_);
  JobChange change;
  if (next.ok()) change = Difference(*current_, *next);
  if (usable.ok() && !next.ok()) usable = next.error();
  if (!usable.ok()) {
    SayError(std::move(usable).error().WithContext("new values cannot be given to the job"));
    // What the job is not given may reach it by other ways.
    std::ranges::move(arrived, std::back_inserter(change.secrets));
  }
  if (change.empty()) return true;
  const JobChangeOutcome outcome = inbox_->Post(std::move(change));
  if (outcome.masked && next.ok()) {
    current_ = AfterChange(*std::move(current_), *std::move(next), outcome.undone);
  }
  return outcome.masked;
}

// All that can be adopted is; the first error of the others.
Status Rotation::Adopt(LeaseChanges changes) {
  Status first;
  for (const Connection& connection : changes.connections) {
    Status adopted = Adopt(connection, changes.source);
    if (first.ok()) first = std::move(adopted);
  }
  for (const Variable& variable : changes.variables) Adopt(variable, changes.source);
  if (changes.endpoint) {
    fetched_.endpoint = injector::Fetched<injector::CredentialEndpoint>{
        .item = *std::move(changes.endpoint), .source = changes.source};
  }
  return first;
}

// What has come from elsewhere, an override in the environment say, stays.
Status Rotation::Adopt(const Connection& connection, const std::string& source) {
  const auto deadline = std::chrono::steady_clock::now() + options_.fetch_timeout;
  for (Connection& known : fetched_.template_connections) {
    if (!(known.name == connection.name) || known.version == 0) continue;
    ASSIGN_OR_RETURN(known,
                     WithAppToken(WithTokenOf(known, connection.Clone()), options_, deadline));
  }
  for (std::size_t i = 0; i < fetched_.connections.size(); ++i) {
    auto& known = fetched_.connections[i];
    if (!known || known->source != source || !(known->item.name == connection.name)) continue;
    const JobFileEntry* entry = options_.connections[i].details.get();
    if (entry == nullptr) {
      ASSIGN_OR_RETURN(known->item, WithAppToken(WithTokenOf(known->item, connection.Clone()),
                                                 options_, deadline));
      continue;
    }
    ASSIGN_OR_RETURN(injector::OverriddenConnection overridden,
                     WithJobFileFields(connection.Clone(), *entry));
    ASSIGN_OR_RETURN(known->item,
                     WithAppToken(WithTokenOf(known->item, std::move(overridden.connection)),
                                  options_, deadline));
  }
  return {};
}

void Rotation::Adopt(const Variable& variable, const std::string& source) {
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
