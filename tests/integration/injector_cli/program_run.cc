#include "tests/integration/injector_cli/program_run.h"

#include <gtest/gtest.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>

namespace injector {
namespace {

using TemporaryFile = std::unique_ptr<FILE, decltype(&::fclose)>;

// A file and not a pipe: the program can write as much as it likes before anybody reads.
TemporaryFile MakeFile(std::string_view content) {
  TemporaryFile file(::tmpfile(), &::fclose);
  EXPECT_NE(file, nullptr);
  EXPECT_EQ(::fwrite(content.data(), 1, content.size(), file.get()), content.size());
  ::rewind(file.get());  // flushes
  return file;
}

std::string ContentOf(FILE* file) {
  std::string content;
  char byte = 0;
  ::rewind(file);
  while (::fread(&byte, 1, 1, file) == 1) content += byte;
  return content;
}

}  // namespace

std::vector<char*> PointersTo(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

ProgramResult RunProgram(const ProgramCall& call) {
  const TemporaryFile in = MakeFile(call.stdin_text);
  const TemporaryFile out = MakeFile("");
  const TemporaryFile err = MakeFile("");
  std::vector<std::string> words = call.arguments;
  words.insert(words.begin(), call.path);
  std::vector<std::string> environment = call.environment;
  const std::vector<char*> argv = PointersTo(words);
  const std::vector<char*> envp = PointersTo(environment);
  const pid_t child = ::fork();
  if (child == 0) {
    ::setsid();
    ::dup2(::fileno(in.get()), STDIN_FILENO);
    ::dup2(::fileno(out.get()), STDOUT_FILENO);
    ::dup2(::fileno(err.get()), STDERR_FILENO);
    ::execve(call.path.c_str(), argv.data(), envp.data());
    ::_exit(127);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, ContentOf(out.get()), ContentOf(err.get())};
}

}  // namespace injector
