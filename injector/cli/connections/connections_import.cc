// injector connections import FILE|-

#include <memory>
#include <optional>
#include <span>

#include "injector/base/environment_entry.h"
#include "injector/cli/commands.h"
#include "injector/cli/connections/import_bundle.h"
#include "injector/cli/session.h"
#include "injector/cli/store/new_store_options.h"
#include "injector/cli/value_input.h"
#include "injector/exchange/bundle_text.h"
#include "injector/exchange/env_bundle.h"
#include "injector/exchange/rename.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "import", "Take connections from an export of this program, or of Apache Airflow",
    "All of the file is stored, or nothing; a credential service (--service) is sent one after\n"
    "another, once nothing speaks against any. Taken are what `injector connections export` and\n"
    "`injector connections get --reveal --output json` print, a connections.yaml (its ${VAR} from\n"
    "the environment), and what `airflow connections export` writes as JSON, YAML or env. A name\n"
    "that the store has already, with another content, is refused, and all such names are listed;\n"
    "what is there and the same stays untouched. --from-env takes the variables AIRFLOW_CONN_NAME\n"
    "and AIRFLOW_VAR_KEY instead of a file.\n",
    "  airflow connections export airflow.json && injector connections import airflow.json\n"
    "  injector connections import airflow.json --dry-run\n"
    "  injector connections import airflow.yaml --rename mysql.main=movies\n"
    "  injector connections import --from-env\n"
    "  injector connections import all.json --service https://ci.example.com\n"
    "  injector connections export --reveal | ssh ci injector connections import - --overwrite\n"};

struct Options {
  std::string file;
  std::optional<BundleFormat> format;
  std::vector<std::string> renames;
  bool from_env = false;
  bool overwrite = false;
  bool dry_run = false;
  NewStoreOptions new_store;
};

struct Request {
  std::string file;                    // empty: the environment
  std::optional<BundleFormat> format;  // nullopt: by its looks
  std::vector<Rename> renames;
  ImportOptions options;
};

Result<Bundle> ReadEnvironment(std::span<const Secret> environment) {
  constexpr std::string_view kOurs[] = {"AIRFLOW_CONN_", "AIRFLOW_VAR_"};
  std::vector<EnvEntry> entries;
  for (const Secret& bytes : environment) {
    const auto entry = EnvironmentEntry::Parse(bytes.Reveal());
    const bool is_airflows =
        entry && (entry->name.starts_with(kOurs[0]) || entry->name.starts_with(kOurs[1]));
    if (!is_airflows) continue;
    entries.push_back({std::string(entry->name), Secret::CopyOf(entry->value)});
  }
  Result<Bundle> bundle = BundleFromEnv(entries, OtherEntries::kAreIgnored);
  if (!bundle.ok()) return std::move(bundle).error().WithContext("--from-env");
  if (!entries.empty()) return bundle;
  return Error(ErrorCode::kNotFound, "--from-env: no AIRFLOW_CONN_… or AIRFLOW_VAR_… is set");
}

Result<Bundle> ReadBundle(const Session& session, const Request& request) {
  const std::vector<Secret>& environment = session.settings().environment;
  if (request.file.empty()) return ReadEnvironment(environment);
  const bool is_stdin = request.file == "-";
  const std::string name = is_stdin ? "stdin" : request.file;
  const ValueOrigin origin = is_stdin ? ValueOrigin{ValueOrigin::Kind::kStdin, {}}
                                      : ValueOrigin{ValueOrigin::Kind::kFile, request.file};
  ASSIGN_OR_RETURN(const Secret text, ReadDocument(origin, name));
  const BundleFormat format = request.format ? *request.format : GuessBundleFormat(text.Reveal());
  return ParseBundle(text.Reveal(), format, name, environment);
}

Status Run(Session& session, const Request& request) {
  ASSIGN_OR_RETURN(Bundle bundle, ReadBundle(session, request));
  ASSIGN_OR_RETURN(bundle.connections, WithRenames(std::move(bundle.connections), request.renames));
  RETURN_IF_ERROR(CheckNames(bundle.connections));
  return ImportBundle(session, bundle, request.options);
}

Result<Action> Prepare(const Options& options) {
  if (options.file.empty() != options.from_env) {
    return Error(ErrorCode::kInvalidArgument, "expected either FILE or --from-env");
  }
  auto request = std::make_shared<Request>();
  request->file = options.file;
  request->format = options.format;
  for (const std::string& text : options.renames) {
    ASSIGN_OR_RETURN(Rename rename, ParseRename(text));
    request->renames.push_back(std::move(rename));
  }
  request->options.mode = options.dry_run ? ImportMode::kDryRun : ImportMode::kStore;
  request->options.when_taken = options.overwrite ? WhenTaken::kOverwrite : WhenTaken::kRefuse;
  request->options.new_store = options.new_store.Mode();
  return Action([request](Session& session) { return Run(session, *request); });
}

}  // namespace

void DefineConnectionsImport(Command connections, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = connections.AddCommand(kText);
  command.AddOptionalArgument("FILE", options->file, "The file; - reads stdin");
  command.AddFlag("--from-env", options->from_env,
                  "Take AIRFLOW_CONN_… and AIRFLOW_VAR_… of the\nenvironment instead of a file");
  const auto take_format = [options](const std::string& text) -> Status {
    ASSIGN_OR_RETURN(options->format, ParseBundleFormat(text));
    return {};
  };
  command.AddOption("--format", "json|yaml|env|airflow-json", take_format,
                    "What the file is; seen by its looks otherwise");
  command.AddRepeatedOption("--rename", "TYPE.ALIAS=NAME", options->renames,
                            "Another name for one of them; may be repeated");
  command.AddFlag("--overwrite", options->overwrite,
                  "Replace what the store has under these names");
  command.AddFlag("--dry-run", options->dry_run, "Say what would be done, and do nothing");
  DefineNewStoreOptions(command, options->new_store);
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
