// injector service rotate NAME --exec COMMAND

#include <signal.h>

#include <functional>
#include <memory>
#include <optional>

#include "injector/base/duration.h"
#include "injector/cli/arguments.h"
#include "injector/cli/service/rotation_notes.h"
#include "injector/cli/service/rotation_output.h"
#include "injector/cli/service/rotation_program.h"
#include "injector/cli/service/service_audit.h"
#include "injector/cli/service/service_commands.h"
#include "injector/doctor/examine.h"
#include "injector/model/json.h"
#include "injector/service/orgs.h"
#include "injector/service/rotation.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "rotate", "Give a connection new secrets, made by a program",
    "Runs COMMAND by /bin/sh with the config as a JSON object on its stdin, and takes the new one\n"
    "from its stdout: all the fields, or {\"config\": {…}, \"expiresAt\": …}. It makes the new "
    "secret\n"
    "at the other side, and leaves the old one valid as long as it can, for jobs under way. It "
    "gets\n"
    "$CONNECTION_NAME and $CONNECTION_TYPE, and no key or token of this program.\n"
    "The new config is set aside at once, encrypted, then tried (connections doctor), and then\n"
    "becomes the current version, unless somebody else has changed the connection meanwhile. On\n"
    "any failure jobs go on with the old one, and what was set aside waits, that of a program\n"
    "which printed it and failed behind that too: --resume tries it again, --discard forgets it.\n"
    "Each step is in the log, without values.\n",
    "  injector service rotate movies --org acme --exec ./rotate-postgres.sh\n"
    "  injector service rotate --due --org acme --exec 'exec \"./rotate-$CONNECTION_TYPE.sh\"'\n"
    "  injector service rotate movies --org acme --resume\n"};

struct Options {
  AuditOptions audit;
  std::vector<std::string> names;
  std::string command;
  bool due = false;
  bool resume = false;
  bool discard = false;
  bool no_doctor = false;
  std::chrono::milliseconds time_limit{60'000};
  std::chrono::milliseconds doctor_limit{10'000};
};

// TERM, INT and HUP wait while this lives, and a reader of our messages that goes away ends
// nothing: between a new secret at the other side and its being set aside nothing may stop us. The
// time limits see to the end.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t held;
    ::sigemptyset(&held);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&held, number);
    ::sigprocmask(SIG_BLOCK, &held, &before_);
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &pipe_before_);
  }
  ~SignalsHeld() {
    ::sigaction(SIGPIPE, &pipe_before_, nullptr);
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
  }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t before_{};
  struct sigaction pipe_before_ = {};
};

// What came of a program that makes new secrets: one that fails may have printed one before.
struct Made {
  Result<Connection> next;
  Status outcome;
  std::string notes;
};

class Rotator {
 public:
  Rotator(Session& session, const Options& options, const ServiceLocation& location)
      : session_(session), options_(options), location_(location) {}

  Status Rotate(const Reference& name) const {
    const SignalsHeld held;
    const RotationKind kind = options_.resume ? RotationKind::kResume : RotationKind::kNew;
    ASSIGN_OR_RETURN(const Rotation rotation, At<Rotation>([&](Rotations& rotations) {
                       return rotations.Begin(name, kind);
                     }));
    const Result<std::int64_t> version = Replace(rotation);
    if (version.ok()) {
      session_.Tell("rotated " + rotation.current.name.Full() + ", version " +
                    std::to_string(*version));
      return {};
    }
    const Status recorded = At([&](Rotations& rotations) {
      return rotations.RecordFailure(rotation, version.error().code());
    });
    if (!recorded.ok()) session_.Warn("not recorded: " + recorded.error().message());
    return version.error();
  }

  Status Discard(const Reference& name) const {
    RETURN_IF_ERROR(At([&](Rotations& rotations) { return rotations.Discard(name); }));
    session_.Tell("forgot what was set aside of " + name.ToString());
    return {};
  }

  Result<std::vector<Reference>> Due() const {
    return At<std::vector<Reference>>([](Rotations& rotations) { return rotations.Due(); });
  }

 private:
  // The database is open for one step alone: a check needs a process with one thread, and a
  // program may take its time.
  template <typename T>
  Result<T> At(const std::function<Result<T>(Rotations&)>& step) const {
    ASSIGN_OR_RETURN(ServiceDatabase service, ServiceDatabase::Open(session_, location_));
    ASSIGN_OR_RETURN(const std::string org_id, FindOrg(service.desk(), options_.audit.org));
    Rotations rotations(service.desk(), org_id);
    return step(rotations);
  }
  Status At(const std::function<Status(Rotations&)>& step) const { return At<void>(step); }

  Result<std::int64_t> Replace(const Rotation& rotation) const {
    Connection next = rotation.next.Clone();
    Status made;
    if (!options_.resume) {
      ASSIGN_OR_RETURN(Made by_program, MadeByProgram(rotation.current));
      // Before anything is said, which may take as long as a reader likes.
      Status kept = SetAside(rotation, by_program);
      if (!by_program.notes.empty()) session_.Tell(by_program.notes);
      RETURN_IF_ERROR(std::move(kept));
      next = *std::move(by_program.next);
      made = std::move(by_program.outcome);
    }
    Result<std::int64_t> version =
        made.ok() ? TryAndSwitch(rotation, next) : Result<std::int64_t>(made.error());
    if (version.ok()) return version;
    return std::move(version).error().WithHint(
        "the old config stays in use; the new one is set aside: --resume tries it again, "
        "--discard forgets it");
  }

  // An error: there is nothing to set aside, or it could not be.
  Status SetAside(const Rotation& rotation, const Made& made) const {
    if (!made.next.ok()) return made.outcome.ok() ? made.next.error() : made.outcome.error();
    Status kept =
        At([&](Rotations& rotations) { return rotations.SetAside(rotation, *made.next); });
    if (kept.ok()) return {};
    return std::move(kept).error().WithContext("the new config is lost: it was not set aside");
  }

  Result<std::int64_t> TryAndSwitch(const Rotation& rotation, const Connection& next) const {
    if (!options_.no_doctor) RETURN_IF_ERROR(Try(next));
    return At<std::int64_t>([&](Rotations& rotations) { return rotations.Switch(rotation, next); });
  }

  // An error: it could not be started.
  Result<Made> MadeByProgram(const Connection& current) const {
    const RotationProgram program{.command = options_.command,
                                  .environment = {{"CONNECTION_NAME", current.name.alias},
                                                  {"CONNECTION_TYPE", current.name.type}},
                                  .time_limit = options_.time_limit};
    std::vector<Value::Member> fields;
    for (const Field& field : current.fields) fields.push_back({field.name, field.value.Clone()});
    const Secret input = WriteJson(Value::Map(std::move(fields)));
    ASSIGN_OR_RETURN(const ProgramOutput output, RunRotationProgram(program, input));
    return Made{.next = ConnectionPrinted(current, output.stdout_bytes.Reveal()),
                .outcome = output.outcome,
                .notes = NotesOf(output, current)};
  }

  Status Try(const Connection& next) const {
    const Connection* const connections[] = {&next};
    const std::vector<doctor::TimedResult> results =
        doctor::Examine(connections, {options_.doctor_limit, session_.options().service.ca_file});
    const doctor::CheckResult& result = results.front().result;
    if (result.category == doctor::Category::kOk) {
      if (!result.message.empty()) session_.Tell(next.name.Full() + ": " + result.message);
      return {};
    }
    return Error(ErrorCode::kFailedPrecondition, "the new config does not work: " + result.message);
  }

  Session& session_;
  const Options& options_;
  const ServiceLocation& location_;
};

Result<std::vector<Reference>> NamesOf(const Options& options, const Rotator& rotator) {
  if (options.due) return rotator.Due();
  std::vector<Reference> names;
  for (const std::string& text : options.names) {
    ASSIGN_OR_RETURN(Reference name, ParseConnectionName(text));
    names.push_back(std::move(name));
  }
  return names;
}

Status Run(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const ServiceLocation location,
                   ServiceLocation::Read(session, options.audit.service));
  const Rotator rotator(session, options, location);
  ASSIGN_OR_RETURN(const std::vector<Reference> names, NamesOf(options, rotator));
  if (names.empty()) session.Tell("nothing is due");
  std::size_t failed = 0;
  for (const Reference& name : names) {
    Status done = options.discard ? rotator.Discard(name) : rotator.Rotate(name);
    if (done.ok()) continue;
    Error error = std::move(done).error().WithContext(name.ToString());
    if (names.size() == 1) return error;
    ++failed;
    session.Warn(error.message() + (error.hint().empty() ? "" : "; " + error.hint()));
  }
  if (failed == 0) return {};
  return Error(ErrorCode::kFailedPrecondition, std::to_string(failed) + " of " +
                                                   std::to_string(names.size()) +
                                                   " connections were not rotated");
}

Error Wrong(const char* message) { return {ErrorCode::kInvalidArgument, message}; }

Result<Action> Prepare(const Options& options) {
  if (options.audit.org.empty()) return Wrong("--org: which org?");
  if (options.due == !options.names.empty())
    return Wrong("rotate: name connections, or give --due");
  const int ways = int{!options.command.empty()} + int{options.resume} + int{options.discard};
  if (ways != 1) return Wrong("rotate: expected one of --exec, --resume and --discard");
  if (options.due && options.discard) return Wrong("--discard: names what it forgets");
  return Action([options](Session& session) { return Run(session, options); });
}

std::function<Status(const std::string&)> TakeLimit(std::chrono::milliseconds& target) {
  return [&target](const std::string& text) -> Status {
    ASSIGN_OR_RETURN(target, ParseDuration(text));
    if (target.count() == 0) return Wrong("expected more than nothing");
    return {};
  };
}

}  // namespace

void DefineServiceRotate(Command service, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = service.AddCommand(kText);
  command.AddOptionalArguments("NAME", options->names, "Connections: NAME or @TYPE.NAME");
  DefineAuditOptions(command, options->audit);
  command.AddFlag("--due", options->due, "All whose rotation is due, by rotateEvery");
  command.AddOption("--exec", "COMMAND", options->command, "What makes the new config");
  command.AddFlag("--resume", options->resume, "Go on with what an earlier run has set aside");
  command.AddFlag("--discard", options->discard, "Forget what an earlier run has set aside");
  command.AddFlag("--no-doctor", options->no_doctor, "Do not try the new config before the switch");
  command.AddOption("--timeout", "DURATION", TakeLimit(options->time_limit),
                    "How long COMMAND may take (60s)");
  command.AddOption("--doctor-timeout", "DURATION", TakeLimit(options->doctor_limit),
                    "How long trying the new config may take (10s)");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
