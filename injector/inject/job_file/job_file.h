#pragma once
// What a job asks for, as a file beside the job's code:
//
//   version: 1
//   connections:
//     - ref: "@mysql.db_movies"
//       prefix: MOVIES_
//       env: {DB_PASS: password}
//       default: {port: 3306}
//       override: {host: 127.0.0.1}
//       policy: mysql.extractor.yaml
//     - {ref: "@slack", optional: true}
//   variables: [api_token, {key: region, env: AWS_REGION}]
//   files:
//     - {template: app.tmpl.ini, env: APP_CONFIG}
//   on_conflict: error
//
// JOB_FILE.md beside this header describes it for people. Read strictly: whatever is not known here
// is an error with its line and column.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/text_position.h"
#include "injector/inject/environment.h"
#include "injector/inject/inject.h"
#include "injector/model/connection.h"
#include "injector/model/reference.h"

namespace injector {

struct JobFileConnection {
  Reference reference;
  bool optional = false;
  std::string prefix;  // empty: none
  std::vector<FieldVariable> field_variables;
  std::vector<Field> default_fields;
  std::vector<Field> override_fields;
  std::string policy;  // a path, as written; empty: none
  TextPosition position;
};

struct JobFileVariable {
  std::string key;
  std::string name;  // empty: the key in upper case
  TextPosition position;
};

struct JobFileTemplate {
  std::string path;  // as written
  std::string variable;
  TextPosition position;
};

struct JobFile {
  std::vector<JobFileConnection> connections;
  std::vector<JobFileVariable> variables;
  std::vector<JobFileTemplate> templates;
  std::optional<OnConflict> on_conflict;
};

// `name` stands for the file in messages. kInvalidArgument: "NAME:LINE:COLUMN: …".
Result<JobFile> ParseJobFile(std::string_view text, const std::string& name);

// What the job file at `job_file` means by `path`: relative to the directory that the file lies in.
std::string PathFromJobFile(const std::string& job_file, const std::string& path);

}  // namespace injector
