// injector apply -f FILE: attachments as code.

#include <algorithm>
#include <memory>
#include <set>
#include <span>
#include <utility>

#include "injector/base/file.h"
#include "injector/base/printable.h"
#include "injector/cli/commands.h"
#include "injector/cli/served/attachment_file.h"
#include "injector/cli/served/attachment_plan.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/session.h"
#include "injector/yaml/parse.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "apply", "Attach what a file says (with --service)",
    "The file says which repos' jobs may use which connections and variables:\n"
    "\n"
    "  version: 1\n"
    "  org: {variables: [region]}        # for every repo\n"
    "  repos:\n"
    "    acme/web:\n"
    "      connections: [releases, {ref: aws-prod, environments: [production], "
    "protectedOnly: true}]\n"
    "      variables: [api_token]\n"
    "\n"
    "What is missing is attached, what has another scope gets the one of the file. With --prune,\n"
    "what the file does not list is detached, from the repos that it names (and from the org, if\n"
    "it says org). Nothing changes when a name in the file does not exist. Applied twice, the\n"
    "second time does nothing.\n",
    "  injector apply -f attachments.yaml --dry-run\n"
    "  injector apply -f attachments.yaml --prune\n"};

struct Options {
  std::string file;
  bool prune = false;
  bool dry_run = false;
};

// Finds at the service what a file names, before anything is changed.
class Locator {
 public:
  static Result<Locator> Make(ServiceAccess& service, std::string file) {
    Locator locator(std::move(file));
    ASSIGN_OR_RETURN(locator.connections_, service.Connections());
    locator.entries_ = EntriesOf(locator.connections_);
    ASSIGN_OR_RETURN(const std::vector<Value> variables, service.List("/variables"));
    for (const Value& variable : variables) locator.keys_.insert(TextMember(variable, "key"));
    return locator;
  }

  // In the order of the file, each once.
  Result<std::vector<ServedAttachment>> All(const std::vector<WantedRepo>& repos) const {
    std::vector<ServedAttachment> all;
    for (const WantedRepo& repo : repos) {
      for (const WantedAttachment& wanted : repo.attachments) {
        ASSIGN_OR_RETURN(ServedAttachment attachment, One(wanted, repo.repo));
        const bool twice = std::ranges::any_of(all, [&](const ServedAttachment& other) {
          return IsSameAttachment(other, attachment);
        });
        if (twice) return ErrorAt(file_, wanted.position, attachment.name + ": listed twice");
        all.push_back(std::move(attachment));
      }
    }
    return all;
  }

 private:
  explicit Locator(std::string file) : file_(std::move(file)) {}

  Result<ServedAttachment> One(const WantedAttachment& wanted, const std::string& repo) const {
    ServedAttachment attachment{.kind = wanted.kind,
                                .repo = repo,
                                .id = wanted.key,
                                .name = "var." + wanted.key,
                                .environments = wanted.environments,
                                .protected_only = wanted.protected_only};
    if (wanted.kind == AttachedKind::kVariable) {
      if (keys_.contains(wanted.key)) return attachment;
      return ErrorAt(file_, wanted.position, "no variable " + wanted.key);
    }
    const Result<std::size_t> place = Resolve(wanted.connection, entries_);
    if (!place.ok()) return ErrorAt(file_, wanted.position, place.error().message());
    attachment.id = connections_[*place].id;
    attachment.name = connections_[*place].shown.name.Full();
    return attachment;
  }

  std::string file_;
  std::vector<ServedConnection> connections_;
  std::vector<ConnectionEntry> entries_;
  std::set<std::string> keys_;
};

Result<std::vector<ServedAttachment>> ExistingOf(ServiceAccess& service,
                                                 const std::vector<WantedRepo>& repos) {
  std::vector<ServedAttachment> all;
  for (const WantedRepo& repo : repos) {
    Result<std::vector<ServedAttachment>> existing = AttachmentsOf(service, repo.repo);
    // A repo that is not there yet comes with its first attachment.
    if (!existing.ok() && existing.error().code() == ErrorCode::kNotFound) continue;
    if (!existing.ok()) return std::move(existing).error();
    for (ServedAttachment& attachment : *existing) all.push_back(std::move(attachment));
  }
  return all;
}

Result<std::vector<AttachmentChange>> MakePlan(ServiceAccess& service, const Options& options) {
  ASSIGN_OR_RETURN(const Secret text, ReadFile(options.file, kYamlSizeLimit));
  ASSIGN_OR_RETURN(const std::vector<WantedRepo> repos,
                   ParseAttachmentFile(text.Reveal(), options.file));
  ASSIGN_OR_RETURN(const Locator locator, Locator::Make(service, options.file));
  ASSIGN_OR_RETURN(const std::vector<ServedAttachment> wanted, locator.All(repos));
  ASSIGN_OR_RETURN(const std::vector<ServedAttachment> existing, ExistingOf(service, repos));
  return PlanAttachments(wanted, existing, options.prune ? Unnamed::kDetach : Unnamed::kKeep);
}

std::string_view ActionName(AttachmentChange::Kind action) {
  switch (action) {
    case AttachmentChange::Kind::kAttach:
      return "attach";
    case AttachmentChange::Kind::kRescope:
      return "rescope";
    case AttachmentChange::Kind::kDetach:
      return "detach";
  }
  return "";
}

std::string AsLine(const AttachmentChange& change) {
  const ServedAttachment& attachment = change.attachment;
  const std::string scope = ShownScope(attachment);
  const std::string line = std::string(ActionName(change.kind)) + " " + ShownRepo(attachment.repo) +
                           " " + attachment.name;
  return Printable(scope.empty() ? line : line + " (" + scope + ")") + "\n";
}

Value AsJson(const AttachmentChange& change) {
  Value json = AttachmentAsJson(change.attachment);
  json.members().insert(json.members().begin(), {"action", Value::String(ActionName(change.kind))});
  return json;
}

Status Print(Session& session, std::span<const AttachmentChange> changes) {
  if (session.options().output == OutputFormat::kJson) {
    std::vector<Value> json;
    for (const AttachmentChange& change : changes) json.push_back(AsJson(change));
    return session.PrintJson(Value::List(std::move(json)));
  }
  std::string text;
  for (const AttachmentChange& change : changes) text += AsLine(change);
  return session.Print(text);
}

Status Carry(ServiceAccess& service, const AttachmentChange& change) {
  const ServedAttachment& attachment = change.attachment;
  Status done = change.kind == AttachmentChange::Kind::kDetach ? Detach(service, attachment)
                                                               : Attach(service, attachment);
  if (done.ok()) return done;
  return std::move(done).error().WithContext(ShownRepo(attachment.repo) + " " + attachment.name);
}

Status Run(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const std::vector<AttachmentChange> plan, MakePlan(service, options));
  if (plan.empty()) session.Tell("everything is as the file says");
  if (options.dry_run) return Print(session, plan);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    Status done = Carry(service, plan[i]);
    if (done.ok()) continue;
    RETURN_IF_ERROR(Print(session, std::span(plan).first(i)));  // these are done
    return done;
  }
  return Print(session, plan);
}

Result<Action> Prepare(const Options& options) {
  if (options.file.empty()) {
    return Error(ErrorCode::kInvalidArgument, "apply: which file?").WithHint("give -f FILE");
  }
  return Action([options](Session& session) { return Run(session, options); });
}

}  // namespace

void DefineApply(Command program, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = program.AddCommand(kText);
  command.AddOption("-f,--file", "FILE", options->file, "The file");
  command.AddFlag("--prune", options->prune, "Detach what the file does not list");
  command.AddFlag("--dry-run", options->dry_run, "Say what would be done, and do nothing");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
