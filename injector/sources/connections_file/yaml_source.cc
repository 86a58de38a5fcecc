#include "injector/sources/connections_file/yaml_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include "injector/base/environment_entry.h"
#include "injector/base/file.h"
#include "injector/yaml/parse.h"

namespace injector {
namespace {

bool Exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

bool IsDirectory(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

// "/a/b.yaml" gives "/a/", "b.yaml" gives "".
std::string DirectoryOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

// Names that every program needs, though a file may mention them ("${HOME}/data.duckdb").
bool BelongsToTheSystem(std::string_view name) {
  constexpr std::string_view kNames[] = {"HOME", "PATH",     "USER", "LOGNAME", "SHELL",
                                         "PWD",  "HOSTNAME", "LANG", "TERM",    "TMPDIR"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

std::vector<EnvironmentReference> ReferencesOf(const ConnectionsFile& file) {
  std::vector<EnvironmentReference> references;
  for (const FileConnection& connection : file.connections()) {
    for (const FileReference& reference : connection.references) {
      if (BelongsToTheSystem(reference.name)) continue;
      references.push_back({.name = reference.name, .secret = reference.secret});
    }
  }
  return references;
}

}  // namespace

class YamlSource::Lookup {
 public:
  Lookup(std::span<const Secret> environment, std::string dotenv_path)
      : environment_(environment), dotenv_path_(std::move(dotenv_path)) {}

  std::optional<std::string_view> Find(std::string_view name) {
    const std::optional<std::string_view> value = FindInEnvironment(environment_, name);
    if (value && !value->empty()) return value;
    ReadDotenvOnce();
    for (const DotenvEntry& entry : dotenv_) {
      if (entry.name == name && !entry.value.empty()) return entry.value.Reveal();
    }
    return std::nullopt;
  }

  // What went wrong with `.env`, if anything. It must not look like a variable that is not set.
  const Status& status() const { return status_; }

 private:
  void ReadDotenvOnce() {
    if (std::exchange(dotenv_is_read_, true)) return;
    Result<std::vector<DotenvEntry>> entries = ReadDotenv(dotenv_path_);
    if (entries.ok()) {
      dotenv_ = *std::move(entries);
    } else if (entries.error().code() != ErrorCode::kNotFound) {
      status_ = std::move(entries).error();
    }
  }

  std::span<const Secret> environment_;
  std::string dotenv_path_;
  bool dotenv_is_read_ = false;
  std::vector<DotenvEntry> dotenv_;
  Status status_;
};

YamlSource::YamlSource(std::string path, std::span<const Secret> environment,
                       LiteralSecrets literal_secrets)
    : path_(std::move(path)), environment_(environment), literal_secrets_(literal_secrets) {}

Result<YamlSource::Opened> YamlSource::Open() const {
  ASSIGN_OR_RETURN(const std::string path, LocateConnectionsFile(path_));
  ASSIGN_OR_RETURN(const Secret text, ReadRegularFile(path, kYamlSizeLimit));
  ASSIGN_OR_RETURN(ConnectionsFile file, ConnectionsFile::Parse(text.Reveal(), path));
  RETURN_IF_ERROR(RefuseLiteralSecrets(file));
  std::vector<std::string> warnings;
  std::string directory = DirectoryOf(path);
  const std::string other = directory + std::string(kConnectionsFileNames[1]);
  if (path == directory + std::string(kConnectionsFileNames[0]) && Exists(other)) {
    warnings.push_back(path + " is read; " + other + " is there too, and is not");
  }
  for (const FileFinding& finding : file.warnings()) warnings.push_back(finding.In(path));
  return Opened{std::move(file), std::move(directory), std::move(warnings)};
}

Status YamlSource::RefuseLiteralSecrets(const ConnectionsFile& file) const {
  if (literal_secrets_ == LiteralSecrets::kWarn) return {};
  for (const FileConnection& connection : file.connections()) {
    if (connection.literal_secrets.empty()) continue;
    return Error(ErrorCode::kInvalidArgument, connection.literal_secrets.front().In(file.name()));
  }
  return {};
}

Result<SourceAnswer> YamlSource::Fetch(const FetchRequest& request) {
  ASSIGN_OR_RETURN(Opened opened, Open());
  const ConnectionsFile& file = opened.file;
  SourceAnswer answer;
  answer.warnings = std::move(opened.warnings);
  answer.held_connections = file.entries();
  answer.environment = ReferencesOf(file);
  Lookup lookup(environment_, opened.directory + ".env");
  std::set<std::size_t> warned;
  for (const ConnectionRequest& wanted : request.connections) {
    const Result<std::size_t> index = injector::Resolve(wanted.reference, answer.held_connections);
    if (!index.ok()) {
      const bool absent = index.error().code() == ErrorCode::kNotFound;
      answer.connections.emplace_back(absent ? index.error()
                                             : Error(index.error()).WithContext(file.name()));
      continue;
    }
    const FileConnection& found = file.connections()[*index];
    Result<ResolvedConnection> resolved =
        ResolveConnection(file, found, [&](std::string_view name) { return lookup.Find(name); });
    RETURN_IF_ERROR(lookup.status());
    if (!resolved.ok()) {
      answer.connections.emplace_back(std::move(resolved).error());
      continue;
    }
    std::ranges::move(resolved->ingredients, std::back_inserter(answer.ingredients));
    for (OpenText& open : resolved->open_texts) {
      open.connection = answer.connections.size();
      answer.open_texts.push_back(std::move(open));
    }
    answer.connections.emplace_back(std::move(resolved->connection));
    if (!warned.insert(*index).second) continue;
    for (const auto* findings : {&found.warnings, &found.literal_secrets}) {
      for (const FileFinding& finding : *findings)
        answer.warnings.push_back(finding.In(file.name()));
    }
  }
  for (const VariableRequest& wanted : request.variables) {
    answer.variables.emplace_back(Error(
        ErrorCode::kNotFound, "no variable " + wanted.key + "; a connections file holds none"));
  }
  return answer;
}

Result<SourceListing> YamlSource::List() {
  ASSIGN_OR_RETURN(Opened opened, Open());
  Lookup lookup(environment_, opened.directory + ".env");
  SourceListing listing;
  listing.warnings = std::move(opened.warnings);
  for (const FileConnection& connection : opened.file.connections()) {
    ListedConnection listed = ListingOf(connection.unresolved);
    for (const FileReference& reference : connection.references) {
      const bool set = reference.has_default || lookup.Find(reference.name).has_value();
      listed.references.push_back({reference.field, reference.name, set});
    }
    listing.connections.push_back(std::move(listed));
  }
  RETURN_IF_ERROR(lookup.status());
  return listing;
}

std::optional<std::string> DefaultConnectionsFile() {
  for (std::string_view name : kConnectionsFileNames) {
    if (std::string path(name); Exists(path)) return path;
  }
  return std::nullopt;
}

Result<std::string> LocateConnectionsFile(const std::string& path) {
  if (!IsDirectory(path)) return path;
  const std::string directory = path.ends_with('/') ? path : path + "/";
  for (std::string_view name : kConnectionsFileNames) {
    std::string candidate = directory + std::string(name);
    if (Exists(candidate)) return candidate;
  }
  return Error(ErrorCode::kNotFound,
               path + ": holds neither connections.yaml nor osiris_connections.yaml");
}

}  // namespace injector
