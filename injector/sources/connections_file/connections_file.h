#pragma once
// connections.yaml: connections by type and alias, with `${NAME}` where a secret belongs, so that
// the file itself can be committed. FORMAT.md beside this header describes it for people.
//
// Parsing needs no variable to be set. What is wrong with the file's form is an error; what looks
// wrong (a literal secret, a key that nobody knows) is a finding.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/text_position.h"
#include "injector/model/connection.h"
#include "injector/sources/source.h"
#include "injector/yaml/node.h"

namespace injector {

// One `${NAME}` of a connection.
struct FileReference {
  std::string field;  // path of the field that it stands in
  std::string name;
  bool has_default = false;
  bool secret = false;  // the field is
  TextPosition position;
};

struct FileField {
  TextPosition position;  // of its name
  YamlNode value;
};

// A connection as the file has it.
struct FileConnection {
  // Every text as it stands in the file, `${NAME}` and all: for names and shapes, not for values.
  Connection unresolved;
  std::vector<FileField> fields;  // of unresolved.fields, in the same order
  TextPosition position;          // of the alias
  std::vector<FileReference> references;
  std::vector<FileFinding> warnings;
  // Of those, the literal values in secret fields.
  std::vector<FileFinding> literal_secrets;
};

class ConnectionsFile {
 public:
  // `name` stands for the file in messages. kInvalidArgument: "NAME:LINE:COLUMN: …".
  static Result<ConnectionsFile> Parse(std::string_view text, std::string name);

  const std::string& name() const { return name_; }
  // In the order of the file.
  const std::vector<FileConnection>& connections() const { return connections_; }
  // Of the file as a whole: unknown keys.
  const std::vector<FileFinding>& warnings() const { return warnings_; }
  std::vector<ConnectionEntry> entries() const;

  // What the catalogue finds wrong with the connections, beside the warnings: missing fields,
  // values that are not of their kind. Fields that hold `${NAME}` count as right.
  std::vector<FileFinding> Check() const;

 private:
  explicit ConnectionsFile(std::string name) : name_(std::move(name)) {}

  std::string name_;
  std::vector<FileConnection> connections_;
  std::vector<FileFinding> warnings_;
};

}  // namespace injector
