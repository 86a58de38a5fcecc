// injector connections set NAME: the words of it; set_connection.h has the work.

#include <memory>
#include <set>
#include <string_view>

#include "injector/cli/arguments.h"
#include "injector/cli/commands.h"
#include "injector/cli/connections/set_connection.h"
#include "injector/cli/store/new_store_options.h"
#include "injector/model/catalogue.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "set", "Add a connection, or change one",
    "On an existing connection only what is given changes; --replace forgets the rest. Secrets\n"
    "are asked for without echo, or read from a file or stdin; one final newline there does not\n"
    "count, but for PEM fields or with --keep-newline. At most one value can come from stdin.\n"
    "The first connection makes the store, with the key at hand, and never without one unless\n"
    "--machine-key or --plaintext says so.\n"
    "\n"
    "A field is secret when its type says so or --secret does, and when its name contains "
    "password,\n"
    "passwd, passphrase, token, secret, credential, dsn, authorization, webhook_url or key (but "
    "not\n"
    "primary_key, key_id, …_key_path), or has auth as a word; so is all that stands inside it. "
    "The\n"
    "others are shown by `get` and `list` and not scrubbed. Fields that a type does not know are\n"
    "named afterwards, by what they count as.\n"
    "\n"
    "JSON is an object of fields, in which null removes a field; Airflow's JSON (with conn_type)\n"
    "and what `get --reveal --output json` prints are taken as well.\n",
    "  injector connections set movies --type postgres --field host=db.example.com \\\n"
    "      --field login=app --field schema=movies --secret password\n"
    "  injector connections set movies --secret password=@new-password.txt\n"
    "  injector connections set deploy --type aws --default --json - < aws.json\n"
    "  vault kv get -field=uri movies | injector connections set movies --uri -\n"
    "  injector connections set movies --unset sslmode --description \"The movie database\"\n"};

// The words as they came.
struct Options {
  std::string name;
  std::string type;
  std::string json;
  std::string uri;
  std::vector<std::string> fields;
  std::vector<std::string> secrets;
  NewStoreOptions new_store;
  SetRequest request;  // what needs no reading
};

bool IsSecretByTypeOrName(std::string_view type, std::string_view field_name) {
  Connection connection;
  connection.name.type = type;
  return IsSecretField(connection, field_name);
}

Result<std::vector<FieldArgument>> ParseFields(const std::vector<std::string>& arguments,
                                               std::string_view type) {
  std::vector<FieldArgument> fields;
  for (const std::string& argument : arguments) {
    ASSIGN_OR_RETURN(FieldArgument field, ParseFieldArgument(argument));
    if (IsSecretByTypeOrName(type, field.name)) return SecretOnCommandLine(field.name);
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<std::vector<SecretArgument>> ParseSecrets(const std::vector<std::string>& arguments) {
  std::vector<SecretArgument> secrets;
  for (const std::string& argument : arguments) {
    ASSIGN_OR_RETURN(SecretArgument secret, ParseSecretArgument(argument));
    secrets.push_back(std::move(secret));
  }
  return secrets;
}

// Which of two values was meant cannot be told.
Status RefuseTwice(const SetRequest& request) {
  std::set<std::string_view> names;
  const auto refuse = [](const std::string& name) {
    return Error(ErrorCode::kInvalidArgument, name + ": given twice")
        .WithHint("leave out one of its --field and --secret");
  };
  for (const FieldArgument& field : request.fields) {
    if (!names.insert(field.name).second) return refuse(field.name);
  }
  for (const SecretArgument& secret : request.secrets) {
    if (!names.insert(secret.name).second) return refuse(secret.name);
  }
  return {};
}

bool IsStdin(const ValueOrigin& origin) { return origin.kind == ValueOrigin::Kind::kStdin; }

Status CheckStdinUse(const SetRequest& request) {
  std::vector<std::string> readers;
  if (request.json && IsStdin(*request.json)) readers.emplace_back("--json -");
  if (request.uri && IsStdin(*request.uri)) readers.emplace_back("--uri -");
  for (const SecretArgument& secret : request.secrets) {
    if (IsStdin(secret.origin)) readers.push_back("--secret " + secret.name + "=-");
  }
  if (readers.size() < 2) return {};
  return Error(ErrorCode::kInvalidArgument,
               readers[0] + " and " + readers[1] + " cannot both read stdin")
      .WithHint("@FILE reads a file instead");
}

Result<SetRequest> WithNameAndType(SetRequest request, const Options& options) {
  ASSIGN_OR_RETURN(request.name, ParseConnectionName(options.name));
  request.type = options.type.empty() ? request.name.type : options.type;
  if (!request.type.empty() && !IsValidType(request.type)) {
    return Error(ErrorCode::kInvalidArgument, "--type: not a valid type")
        .WithHint("letters, digits, - and _, at most 64; `injector types` lists the known ones");
  }
  if (request.name.type.empty() || request.name.type == request.type) return request;
  return Error(ErrorCode::kInvalidArgument, "--type and the type in NAME differ");
}

Status RefuseEmptyReplacement(const SetRequest& request) {
  const bool gives =
      request.json || request.uri || !request.fields.empty() || !request.secrets.empty();
  if (!request.replace || gives) return {};
  return Error(ErrorCode::kInvalidArgument, "--replace: no field is given to put in their place")
      .WithHint("give the fields that it is to have; `injector connections delete` removes it");
}

Result<Action> Prepare(const Options& options) {
  ASSIGN_OR_RETURN(SetRequest request, WithNameAndType(options.request, options));
  if (!options.json.empty()) {
    ASSIGN_OR_RETURN(request.json, ParseValueOrigin(options.json, "--json"));
  }
  if (!options.uri.empty()) {
    ASSIGN_OR_RETURN(request.uri, ParseValueOrigin(options.uri, "--uri"));
  }
  ASSIGN_OR_RETURN(request.fields, ParseFields(options.fields, request.type));
  ASSIGN_OR_RETURN(request.secrets, ParseSecrets(options.secrets));
  RETURN_IF_ERROR(RefuseTwice(request));
  RETURN_IF_ERROR(CheckStdinUse(request));
  RETURN_IF_ERROR(RefuseEmptyReplacement(request));
  request.new_store = options.new_store.Mode();
  return Action([request](Session& session) { return SetConnection(session, request); });
}

void DefineFieldOptions(Command command, Options& options) {
  command.AddOption("--json", "-|@FILE", options.json,
                    "The fields as a JSON object, from stdin or a file");
  command.AddOption("--uri", "-|@FILE", options.uri, "The connection as an Airflow URI, likewise");
  command.MakeExclusive("--json", "--uri");
  command.AddRepeatedOption("--field", "NAME=VALUE", options.fields,
                            "A field that is no secret; may be repeated");
  command.AddRepeatedOption("--secret", "NAME[=-|=@FILE]", options.secrets,
                            "A secret field: asked for without echo, read from\n"
                            "stdin (NAME=-) or from a file (NAME=@FILE)");
  command.AddRepeatedOption("--unset", "NAME", options.request.removed,
                            "Remove a field; may be repeated");
  command.AddFlag("--keep-newline", options.request.keep_newline,
                  "A final newline is part of a secret value");
  command.AddFlag("--allow-empty", options.request.allow_empty,
                  "A secret from stdin or a file may be empty");
  command.AddFlag("--any-field", options.request.any_field,
                  "Keep a field that looks like a misspelt known one");
}

void DefineSettings(Command command, SetRequest& request) {
  command.AddSwitch({"--default", "Make it the one that @TYPE means"},
                    {"--no-default", "Let it be that no longer"}, request.is_default);
  command.AddOption("--description", "TEXT", request.description,
                    "For people; everybody with the key can read it");
  command.AddOption("--expires", "TIME", request.expires_at,
                    "When the credentials end: 2027-01-31 (that day's end,\n"
                    "UTC) or 2027-01-31T08:00:00Z; '' for never");
  command.AddOption("--rotate-every", "PERIOD", request.rotate_every,
                    "How often its secrets are to be replaced: 90d, 12h; a\n"
                    "service says when that is due; '' for never");
  command.AddFlag("--replace", request.replace, "Forget all that was there under that name");
}

}  // namespace

void DefineConnectionsSet(Command connections, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = connections.AddCommand(kText);
  command.AddArgument("NAME", options->name, "The connection: NAME or @TYPE.NAME");
  command.AddOption("--type", "TYPE", options->type, "What it connects to; needed for a new one");
  command.AddFlag("--any-type", options->request.any_type,
                  "Keep a type that looks like a misspelt known one");
  DefineFieldOptions(command, *options);
  DefineSettings(command, options->request);
  DefineNewStoreOptions(command, options->new_store);
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
