// injector connections import FILE|-

#include <memory>

#include "injector/cli/commands.h"
#include "injector/cli/import_bundle.h"
#include "injector/cli/new_store_options.h"
#include "injector/cli/session.h"
#include "injector/cli/value_input.h"
#include "injector/exchange/bundle_text.h"
#include "injector/exchange/rename.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "import", "Take connections from an export of this program, or of Apache Airflow",
    "All of the file is stored, or nothing. Taken are what `injector connections export` and\n"
    "`injector connections get --reveal --output json` print, and what `airflow connections\n"
    "export` does. A name that the store has already, with another content, is refused, and all\n"
    "such names are listed; what is there and the same stays untouched.\n",
    "  airflow connections export airflow.json && injector connections import airflow.json\n"
    "  injector connections import airflow.json --dry-run\n"
    "  injector connections import airflow.json --rename mysql.main=movies\n"
    "  injector connections export --reveal | ssh ci injector connections import - --overwrite\n"};

struct Options {
  std::string file;
  std::vector<std::string> renames;
  bool overwrite = false;
  bool dry_run = false;
  NewStoreOptions new_store;
};

struct Request {
  std::string file;
  std::vector<Rename> renames;
  ImportOptions options;
};

Result<Bundle> ReadBundle(const Request& request) {
  const bool is_stdin = request.file == "-";
  const std::string name = is_stdin ? "stdin" : request.file;
  const ValueOrigin origin = is_stdin ? ValueOrigin{ValueOrigin::Kind::kStdin, {}}
                                      : ValueOrigin{ValueOrigin::Kind::kFile, request.file};
  ASSIGN_OR_RETURN(const Secret text, ReadDocument(origin, name));
  Result<Bundle> bundle = ParseBundle(text.Reveal());
  if (!bundle.ok()) return std::move(bundle).error().WithContext(name);
  return bundle;
}

Status Run(Session& session, const Request& request) {
  ASSIGN_OR_RETURN(Bundle bundle, ReadBundle(request));
  ASSIGN_OR_RETURN(bundle.connections, WithRenames(std::move(bundle.connections), request.renames));
  RETURN_IF_ERROR(CheckNames(bundle.connections));
  return ImportBundle(session, bundle, request.options);
}

Result<Action> Prepare(const Options& options) {
  auto request = std::make_shared<Request>();
  request->file = options.file;
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
  command.AddArgument("FILE", options->file, "The file; - reads stdin");
  command.AddRepeatedOption("--rename", "TYPE.ALIAS=NAME", options->renames,
                            "Another name for one of them; may be repeated");
  command.AddFlag("--overwrite", options->overwrite,
                  "Replace what the store has under these names");
  command.AddFlag("--dry-run", options->dry_run, "Say what would be done, and do nothing");
  DefineNewStoreOptions(command, options->new_store);
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
