#pragma once
// What connections become for one job: variables to set, inherited ones to remove, files to write.
// Pure data: nothing is written and nothing is read from the environment here, so that --dry-run
// and the real run cannot differ.

#include <cstddef>
#include <string>
#include <vector>

#include "injector/base/secret.h"

namespace injector {

struct InjectedFile {
  std::string name;    // relative to the private directory, '/'-separated: "docker/config.json"
  Secret content;      // written 0600
  std::string origin;  // "type.alias"
};

struct InjectedVariable {
  enum class Kind {
    kText,           // value is `text`
    kFilePath,       // value is the absolute path of files[file]
    kFileDirectory,  // value is the absolute directory of files[file]
  };
  std::string name;
  Kind kind = Kind::kText;
  Secret text;
  std::size_t file = 0;
  // A secret field's value (scrubbed, and a conflict when inherited with another value); a
  // non-secret companion (region, host, port) silently overwrites.
  bool secret = false;
  std::string origin;  // "type.alias.field" or "var.KEY"; a job file may name it
};

// A value to scrub from the job's output, whether or not it became a variable.
struct ScrubValue {
  std::string name;  // "type.alias.field", "var.KEY", "env.NAME"
  Secret value;
  bool secret_field = true;  // the field itself is secret (of a URL its path counts then too)
};

struct Injection {
  std::vector<InjectedVariable> variables;
  std::vector<std::string> removed_variables;  // inherited ones that would win over ours
  std::vector<InjectedFile> files;
  std::vector<ScrubValue> scrub_values;
  std::vector<std::string> notes;  // shown by --dry-run: "with a prefix psql does not read …"
};

}  // namespace injector
