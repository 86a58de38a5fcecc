#include "injector/cli/command_line.h"

#include "injector/cli/commands.h"
#include "injector/cli/service/service_commands.h"
#include "injector/cli/session.h"

namespace injector {
namespace {

constexpr CommandText kProgram = {
    "injector", "Keeps the credentials that jobs use: encrypted, named, and out of logs.",
    "Connections and variables are kept in one encrypted file; its key comes from the variable\n"
    "PIPELINE_ENCRYPTION_KEY, from --key-file, or from --ask-passphrase. Values are read from\n"
    "stdin, from a file or from a prompt without echo, never from the command line, which every\n"
    "process on the machine can read.\n"
    "\n"
    "With --service the same commands, and attach, repos, tokens and more, work on a credential\n"
    "service, which keeps connections for many repos and gives them to jobs alone.\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage. Results go to stdout, all else to stderr.\n",
    "  injector key new --out ~/.injector.key\n"
    "  export INJECTOR_STORE=connections.enc.json\n"
    "  injector --key-file ~/.injector.key connections set movies --type postgres \\\n"
    "      --field host=db.example.com --field login=app --secret password\n"
    "  injector --key-file ~/.injector.key connections list\n"
    "  injector --service https://ci.example.com --token-file admin.token connections list\n"};

constexpr CommandText kConnections = {
    "connections",
    "Keep connections: add, set, get, list, delete, doctor, migrate, import, export, rekey", "",
    "  injector connections set movies --type postgres --field host=db --secret password\n"
    "  injector connections get movies\n"
    "  injector connections list --output json\n"};

constexpr CommandText kVariables = {"variables", "Keep single values: set, get, list, delete", "",
                                    "  printf %s eu-central-1 | injector variables set region\n"
                                    "  injector variables set api_token --secret < token.txt\n"
                                    "  injector variables list\n"};

constexpr CommandText kTokens = {
    "tokens", "Keep the tokens of a credential service: create, list, delete", "",
    "  injector tokens create --role runner --repo acme/web > runner.token\n"
    "  injector tokens list\n"};

constexpr CommandText kKey = {"key", "Make keys for stores", "",
                              "  injector key new --out ~/.injector.key\n"};

constexpr CommandText kService = {
    "service", "Run the credential service: init, serve, tokens, log, keys, rotation, backup",
    "One program, one database: an SQLite file, or PostgreSQL for several replicas. The master\n"
    "key comes from SERVICE_CONN_KEY or --key-file.\n",
    "  injector key new --out service.key\n"
    "  injector service init --db sqlite:service.db --key-file service.key --org acme\n"
    "  injector service serve --db sqlite:service.db --key-file service.key \\\n"
    "      --listen 127.0.0.1:8080 --insecure-http\n"};

constexpr CommandText kServiceAudit = {
    "audit",
    "The service's log of every grant, denial and change: list, export, verify, head, prune", "",
    "  injector service audit verify --db sqlite:service.db --key-file service.key --org acme\n"};

Result<OutputFormat> ParseOutputFormat(std::string_view text) {
  if (text == "text") return OutputFormat::kText;
  if (text == "json") return OutputFormat::kJson;
  return Error(ErrorCode::kInvalidArgument, "expected text or json");
}

void DefineServiceOptions(Command program, ServiceGlobalOptions& service) {
  program.AddOption("--service", "URL", service.url,
                    "Work on a credential service instead of a store:\n"
                    "https://HOST [INJECTOR_SERVICE]");
  program.AddOption("--token-file", "FILE", service.token_file,
                    "A token of that service [INJECTOR_TOKEN_FILE]");
  program.AddOption("--ca-file", "FILE", service.ca_file,
                    "The authorities that vouch for it; the system's by\n"
                    "default [INJECTOR_CA_FILE]");
  program.AddOption("--client-cert", "FILE", service.client_certificate,
                    "Our certificate, if it wants one [INJECTOR_CLIENT_CERT]");
  program.AddOption("--client-key", "FILE", service.client_key,
                    "Its key, if not in the same file [INJECTOR_CLIENT_KEY]");
}

void DefineGlobalOptions(Command program, GlobalOptions& options) {
  program.AddOption(
      "--store", "FILE", options.store_path,
      "The store; else $INJECTOR_STORE, else\n~/.config/injector/connections.enc.json");
  program.AddRepeatedOption("--source", "SOURCE", options.sources,
                            "Read from here, as a job would, instead of the store:\n"
                            "yaml:PATH, file:PATH or env; may be repeated");
  program.AddOption("--key-file", "FILE", options.key_file,
                    "A file with the store's key or passphrase; wins over\n"
                    "$PIPELINE_ENCRYPTION_KEY [INJECTOR_KEY_FILE]");
  program.AddFlag("--ask-passphrase", options.ask_passphrase,
                  "Ask for the passphrase on the terminal, without echo");
  program.MakeExclusive("--key-file", "--ask-passphrase");
  DefineServiceOptions(program, options.service);
  const auto take_format = [&options](const std::string& text) -> Status {
    ASSIGN_OR_RETURN(options.output, ParseOutputFormat(text));
    return {};
  };
  program.AddOption("--output", "text|json", take_format,
                    "How results are written; text is the default");
}

// What is kept, in a store or at a service.
void DefineKeeping(Command program, Invocation& invocation) {
  Command connections = program.AddGroup(kConnections);
  DefineConnectionsAdd(connections, invocation);
  DefineConnectionsSet(connections, invocation);
  DefineConnectionsGet(connections, invocation);
  DefineConnectionsList(connections, invocation);
  DefineConnectionsDelete(connections, invocation);
  DefineConnectionsDoctor(connections, invocation);
  DefineConnectionsMigrate(connections, invocation);
  DefineConnectionsImport(connections, invocation);
  DefineConnectionsExport(connections, invocation);
  DefineConnectionsRekey(connections, invocation);
  Command variables = program.AddGroup(kVariables);
  DefineVariablesSet(variables, invocation);
  DefineVariablesGet(variables, invocation);
  DefineVariablesList(variables, invocation);
  DefineVariablesDelete(variables, invocation);
}

// What a service has beside it.
void DefineForServices(Command program, Invocation& invocation) {
  DefineAttach(program, invocation);
  DefineDetach(program, invocation);
  DefineRepos(program, invocation);
  DefineApply(program, invocation);
  DefineVersions(program, invocation);
  DefineRollback(program, invocation);
  Command tokens = program.AddGroup(kTokens);
  DefineTokensCreate(tokens, invocation);
  DefineTokensList(tokens, invocation);
  DefineTokensDelete(tokens, invocation);
}

// The service itself.
void DefineService(Command program, Invocation& invocation) {
  Command service = program.AddGroup(kService);
  DefineServiceInit(service, invocation);
  DefineServiceServe(service, invocation);
  DefineServiceToken(service, invocation);
  DefineServiceOpenApi(service, invocation);
  DefineServiceBackup(service, invocation);
  DefineServiceRestore(service, invocation);
  DefineServiceKeys(service, invocation);
  DefineServiceRotate(service, invocation);
  DefineServiceRotateKey(service, invocation);
  Command audit = service.AddGroup(kServiceAudit);
  DefineServiceAuditList(audit, invocation);
  DefineServiceAuditExport(audit, invocation);
  DefineServiceAuditHead(audit, invocation);
  DefineServiceAuditPrune(audit, invocation);
  DefineServiceAuditVerify(audit, invocation);
}

void DefineCommands(Command program, Invocation& invocation) {
  DefineKeeping(program, invocation);
  DefineForServices(program, invocation);
  DefineEnv(program, invocation);
  DefineRender(program, invocation);
  DefineCheck(program, invocation);
  DefineTypes(program, invocation);
  DefineCompletion(program, invocation);
  DefineKeyNew(program.AddGroup(kKey), invocation);
  DefineSidecar(program, invocation);
  DefineService(program, invocation);
  DefineWebhook(program, invocation);
}

}  // namespace

Result<Invocation> ParseCommandLine(std::vector<std::string> words) {
  Invocation invocation;
  Program program(kProgram, "injector " INJECTOR_VERSION);
  DefineGlobalOptions(program.command(), invocation.options);
  DefineCommands(program.command(), invocation);
  ASSIGN_OR_RETURN(const std::optional<std::string> text, program.Parse(std::move(words)));
  if (text) invocation.action = Action([text](Session& session) { return session.Print(*text); });
  if (!invocation.action.ok()) return std::move(invocation.action).error();
  return invocation;
}

}  // namespace injector
