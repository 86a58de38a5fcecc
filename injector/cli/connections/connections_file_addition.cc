#include "injector/cli/connections/connections_file_addition.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "injector/base/file.h"
#include "injector/cli/connections/connection_wizard.h"
#include "injector/exchange/connections_yaml_insert.h"
#include "injector/exchange/secret_variables.h"
#include "injector/sources/connections_file/connections_file.h"
#include "injector/sources/connections_file/yaml_source.h"
#include "injector/sources/dotenv.h"
#include "injector/yaml/parse.h"

namespace injector {
namespace {

// A file as it was before it is changed.
struct Before {
  std::string target;  // the file itself, where `path` is a link
  Secret text;         // empty when there is none yet
  std::optional<mode_t> mode;
};

Result<Before> ReadBefore(const std::string& path, std::size_t limit) {
  Before before;
  ASSIGN_OR_RETURN(before.target, ResolveLinks(path));
  struct stat info {};
  if (::stat(before.target.c_str(), &info) != 0) {
    if (errno == ENOENT) return before;
    return Error::FromErrno(errno, before.target);
  }
  before.mode = info.st_mode & 07777;
  ASSIGN_OR_RETURN(before.text, ReadRegularFile(before.target, limit));
  return before;
}

// The file that `path` means, which a directory need not hold yet.
Result<std::string> FileAt(const std::string& path) {
  Result<std::string> file = LocateConnectionsFile(path);
  if (file.ok() || file.error().code() != ErrorCode::kNotFound) return file;
  return path + (path.ends_with('/') ? "" : "/") + std::string(kConnectionsFileNames[0]);
}

std::string DotenvBeside(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  return (slash == std::string::npos ? "" : file.substr(0, slash + 1)) + ".env";
}

// The connections that are there; nullopt when nothing of the file is written yet. A file with a
// mistake in it is an error before the first question.
Result<std::optional<ConnectionsFile>> ReadConnections(const std::string& path) {
  ASSIGN_OR_RETURN(const Before before, ReadBefore(path, kYamlSizeLimit));
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(before.text.Reveal(), path));
  if (root.kind == YamlNode::Kind::kNull) return std::optional<ConnectionsFile>();
  ASSIGN_OR_RETURN(ConnectionsFile file, ConnectionsFile::Parse(before.text.Reveal(), path));
  return std::optional<ConnectionsFile>(std::move(file));
}

class Addition {
 public:
  Addition(Session& session, Terminal& terminal, std::string path, SecretPlace secrets)
      : session_(session),
        terminal_(terminal),
        path_(std::move(path)),
        dotenv_path_(DotenvBeside(path_)),
        secrets_(secrets) {}

  Status Run(const std::string& type, const std::string& alias) {
    ASSIGN_OR_RETURN(file_, ReadConnections(path_));
    ASSIGN_OR_RETURN(
        Connection asked,
        AskForConnection(terminal_,
                         {.type = type,
                          .alias = alias,
                          .is_taken = [this](const auto& name) { return Has(name); },
                          .secrets = secrets_ == SecretPlace::kDotenv ? SecretAnswers::kTyped
                                                                      : SecretAnswers::kNamed}));
    LeaveTheDefault(asked);
    const ConnectionOfVariables moved = MoveSecretsToVariables(asked, NamesInUse());
    RETURN_IF_ERROR(Write(moved));
    session_.Tell("added " + moved.connection.name.Full() + " to " + path_);
    TellOfVariables(moved.variables);
    return {};
  }

 private:
  std::span<const FileConnection> connections() const {
    return file_ ? std::span<const FileConnection>(file_->connections())
                 : std::span<const FileConnection>();
  }

  bool Has(const ConnectionName& name) const {
    return std::any_of(connections().begin(), connections().end(),
                       [&](const FileConnection& there) { return there.unresolved.name == name; });
  }

  // Two defaults would be an error, and the other one is not ours to change.
  void LeaveTheDefault(Connection& asked) {
    for (const FileConnection& there : connections()) {
      const Connection& other = there.unresolved;
      if (!asked.is_default || !other.is_default || other.name.type != asked.name.type) continue;
      asked.is_default = false;
      session_.Warn(other.name.Full() + " stays the default of its type: move `default: true` in " +
                    path_ + " by hand");
    }
  }

  std::vector<std::string> NamesInUse() const {
    std::vector<std::string> names;
    for (const FileConnection& there : connections()) {
      for (const FileReference& reference : there.references) names.push_back(reference.name);
    }
    return names;
  }

  // Read anew: somebody may have changed it while the questions were answered.
  Status Write(const ConnectionOfVariables& moved) {
    ASSIGN_OR_RETURN(const Before before, ReadBefore(path_, kYamlSizeLimit));
    const Result<Secret> text =
        InsertIntoConnectionsYaml(before.text.Reveal(), path_, moved.connection);
    if (!text.ok()) return TellLines(moved.connection, text.error());
    // First what the new lines need: a value that was typed is not lost because of them.
    if (secrets_ == SecretPlace::kDotenv) RETURN_IF_ERROR(WriteDotenv(moved.variables));
    return ReplaceFile(before.target, text->Reveal(), before.mode.value_or(0644));
  }

  Status TellLines(const Connection& connection, const Error& problem) {
    if (problem.code() != ErrorCode::kFailedPrecondition) return Error(problem);
    ASSIGN_OR_RETURN(const Secret lines, ConnectionsYamlLines(connection));
    std::string_view rest = lines.Reveal();
    for (; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
      session_.Tell(rest.substr(0, rest.find('\n')));
    }
    return Error(problem).WithHint("nothing was written; put the lines above below `connections:`");
  }

  Status WriteDotenv(const std::vector<SecretVariable>& variables) {
    ASSIGN_OR_RETURN(const Before before, ReadBefore(dotenv_path_, kDotenvSizeLimit));
    ASSIGN_OR_RETURN(const std::vector<DotenvEntry> entries,
                     ParseDotenv(before.text.Reveal(), dotenv_path_));
    SecretBuilder text;
    text.Append(before.text.Reveal());
    if (text.size() > 0 && !text.Reveal().ends_with('\n')) text.Append('\n');
    std::string added;
    for (const SecretVariable& variable : variables) {
      if (IsAmong(entries, variable.name)) {
        session_.Warn(variable.name + " is in " + dotenv_path_ + " already, and stays as it is");
        continue;
      }
      text.Append(DotenvLine(variable.name, variable.value).Reveal());
      text.Append('\n');
      added += " " + variable.name;
    }
    if (added.empty()) return {};
    RETURN_IF_ERROR(ReplaceFile(before.target, text.Reveal(), 0600));
    session_.Tell("put into " + dotenv_path_ + ", which its owner alone may read:" + added);
    return {};
  }

  static bool IsAmong(const std::vector<DotenvEntry>& entries, const std::string& name) {
    return std::any_of(entries.begin(), entries.end(), [&](const DotenvEntry& entry) {
      return entry.name == name && !entry.value.empty();
    });
  }

  void TellOfVariables(const std::vector<SecretVariable>& variables) {
    if (variables.empty() || secrets_ == SecretPlace::kDotenv) return;
    session_.Tell("set for the job, or put into " + dotenv_path_ + " with a value:");
    for (const SecretVariable& variable : variables) session_.Tell(variable.name + "=");
  }

  Session& session_;
  Terminal& terminal_;
  std::string path_;
  std::string dotenv_path_;
  SecretPlace secrets_;
  std::optional<ConnectionsFile> file_;
};

}  // namespace

Status AddToConnectionsFile(Session& session, Terminal& terminal,
                            const ConnectionsFileAddition& addition) {
  ASSIGN_OR_RETURN(std::string path, FileAt(addition.path));
  return Addition(session, terminal, std::move(path), addition.secrets)
      .Run(addition.type, addition.alias);
}

}  // namespace injector
