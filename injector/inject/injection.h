#pragma once
// What connections become for one job: variables to set, inherited ones to remove, files to write.
// Pure data: nothing is written and nothing is read from the environment here, so that --dry-run
// and the real run cannot differ.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/secret.h"

namespace injector {

// The absolute path of files[file] belongs into a file's content at `offset`.
struct PathMention {
  std::size_t offset;
  std::size_t file;

  friend bool operator==(const PathMention&, const PathMention&) = default;
};

struct InjectedFile {
  std::string name;    // relative to the private directory, '/'-separated: "docker/config.json"
  Secret content;      // written 0600, with the paths of `mentions` in it
  std::string origin;  // "type.alias"; of a file that several connections share, the first
  std::vector<PathMention> mentions = {};  // by offset
};

// A symbolic link in the private directory to something of the user's that must stay reachable
// beside a file of ours. Left out where `target` does not exist.
struct InjectedLink {
  std::string name;    // relative to the private directory: "docker/cli-plugins"
  std::string target;  // absolute
  std::string origin;  // "type.alias"
};

struct InjectedVariable {
  enum class Kind {
    kText,            // value is `text`
    kFilePath,        // value is the absolute path of files[file], between `before` and `after`
    kQuotedFilePath,  // as kFilePath, the path quoted for sh(1)
    kFileDirectory,   // value is the absolute directory of files[file]
  };
  // What it means that the variable is inherited with another value.
  enum class WhenInherited {
    kOverwrite,  // nothing: region, host, port, a file that the user's own was merged into
    kConflict,   // two credentials: OnConflict decides (environment.h)
  };
  std::string name;
  Kind kind = Kind::kText;
  Secret text = {};
  std::size_t file = 0;
  std::string before = {}, after = {};  // never secret
  bool secret = false;                  // the text is not to be shown; a path never is secret
  WhenInherited when_inherited = WhenInherited::kOverwrite;
  // Of use only together with the owner's others of this mark, as key id and key are: when the
  // job keeps an inherited one, none of the owner's is mixed in. Empty: stands alone.
  std::string_view credential = {};
  std::string owner = {};   // "type.alias" or "var.KEY"
  std::string origin = {};  // "type.alias.field" or "var.KEY"; a job file may name it
};

// An inherited variable that would win over ours, or be mixed with ours by the tool that reads it.
struct RemovedVariable {
  std::string name;
  std::string owner;  // "type.alias"
};

// One setting of git for this job alone, by way of GIT_CONFIG_COUNT (git-config(1), "ENVIRONMENT").
struct GitSetting {
  std::string key;        // "credential.https://github.com.helper"
  std::string value;      // never secret: every process of the job's user can read it
  std::string path = {};  // relative to the private directory; the absolute path, quoted for a
                          // shell, goes behind `value`. Empty: none
  std::string origin;     // "type.alias.field"

  friend bool operator==(const GitSetting&, const GitSetting&) = default;
};

// A login that tools of the job ask for each time they need it, so that they see a changed one.
struct HelperLogin {
  enum class Protocol {
    kDocker,  // docker-credential-helpers
    kGit,     // git-credential(1)
  };
  Protocol protocol = Protocol::kDocker;
  std::string place;  // as RegistryKey() names a registry, GitSite() a host
  Secret login;
  Secret password;
};

// A value to scrub from the job's output, whether or not it became a variable.
struct ScrubValue {
  std::string name;  // "type.alias.field", "var.KEY", "env.NAME"
  Secret value;
  bool secret_field = true;  // the field itself is secret (of a URL its path counts then too)
};

struct Injection {
  std::vector<InjectedVariable> variables;         // no name twice
  std::vector<RemovedVariable> removed_variables;  // never one of `variables`
  std::vector<InjectedFile> files;                 // no name twice
  std::vector<InjectedLink> links;
  std::vector<GitSetting> git_settings;         // in their order
  std::vector<std::string> search_directories;  // below the private directory; they end the PATH
  std::vector<HelperLogin> helper_logins;
  std::vector<ScrubValue> scrub_values;
  std::vector<std::string> warnings;  // said at every start
  std::vector<std::string> notes;     // shown by --dry-run: "with a prefix psql does not read …"
};

// What is to be written to `file`, one of the injection's, when all files lie in `directory`
// (absolute).
Secret ContentIn(const Injection& injection, const InjectedFile& file, std::string_view directory);

}  // namespace injector
