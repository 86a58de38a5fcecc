#pragma once
// Everything that is wrong, or looks wrong, with a file that people write, found without any
// secret: no variable is looked up, no store is opened.

#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/text_position.h"
#include "injector/cli/files/file_kind.h"

namespace injector {

struct FileProblem {
  std::string file;
  TextPosition position;
  FileFinding::Severity severity;
  std::string message;

  // "FILE:LINE:COLUMN"
  std::string Place() const;
};

struct CheckedFile {
  std::string path;
  std::optional<FileKind> kind;  // nullopt: nothing tells, which is a problem
  // In the order of the file; what is wrong with a file that this one names bears that one's name.
  std::vector<FileProblem> problems;
};

// `kind`: what it is; nullopt: by its name, then by its content. A job file is checked with the
// policies and templates that it names, and that no policy forbids what it overrides. The error is
// one of reading the file; what is wrong with the content is a problem.
Result<CheckedFile> CheckFile(const std::string& path, std::optional<FileKind> kind);

}  // namespace injector
