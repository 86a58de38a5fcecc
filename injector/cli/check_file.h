#pragma once
// Everything that is wrong, or looks wrong, with a file that people write, found without any
// secret.

#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/text_position.h"

namespace injector {

struct FileProblem {
  std::string file;
  TextPosition position;
  FileFinding::Severity severity;
  std::string message;

  // "FILE:LINE:COLUMN"
  std::string Place() const;
};

// In the order of the file. The error is one of reading it; what is wrong with the content is a
// problem.
Result<std::vector<FileProblem>> CheckFile(const std::string& path);

}  // namespace injector
