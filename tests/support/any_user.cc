#include "tests/support/any_user.h"

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace injector::testing {
namespace {

using std::filesystem::path;
using std::filesystem::perms;

bool AnyoneMayPass(const path& directory) {
  return (std::filesystem::status(directory).permissions() & perms::others_exec) != perms::none;
}

bool IsReachable(const path& program) {
  for (path directory = program.parent_path();; directory = directory.parent_path()) {
    if (!AnyoneMayPass(directory)) return false;
    if (directory == directory.root_path()) return true;
  }
}

}  // namespace

std::string ForAnyUser(const std::string& program) {
  if (IsReachable(std::filesystem::absolute(program))) return program;
  static const TempDir open_to_all;
  std::filesystem::permissions(open_to_all.path(), perms{0711});
  const std::string copy = open_to_all / path(program).filename().string();
  std::filesystem::copy_file(program, copy, std::filesystem::copy_options::skip_existing);
  return copy;
}

}  // namespace injector::testing
