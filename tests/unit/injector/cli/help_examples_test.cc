// The examples of every --help, taken apart: what they tell people to type has to be understood.

#include <gtest/gtest.h>

#include "injector/cli/command_line.h"
#include "injector/cli/session.h"

namespace injector {
namespace {

std::string HelpOf(std::vector<std::string> words) {
  words.emplace_back("--help");
  const Result<Invocation> invocation = ParseCommandLine(std::move(words));
  if (!invocation.ok()) return "";
  Session session(Settings{}, invocation->options);
  ::testing::internal::CaptureStdout();
  const Status printed = (*invocation->action)(session);
  std::string text = ::testing::internal::GetCapturedStdout();
  return printed.ok() ? text : "";
}

// What stands below `heading`, up to an empty line.
std::string Section(const std::string& help, const std::string& heading) {
  const std::size_t begin = help.find("\n" + heading + ":\n");
  if (begin == std::string::npos) return "";
  return help.substr(begin + heading.size() + 3, help.find("\n\n", begin + 1) - begin);
}

// The first words of the lines in "Commands:".
std::vector<std::string> CommandsIn(const std::string& help) {
  std::vector<std::string> names;
  std::istringstream lines(Section(help, "Commands"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  ") && line.size() > 2 && line[2] != ' ') {
      names.push_back(line.substr(2, line.find(' ', 2) - 2));
    }
  }
  return names;
}

std::string WithoutContinuations(std::string text) {
  for (std::size_t at = text.find("\\\n"); at != std::string::npos; at = text.find("\\\n")) {
    text.replace(at, 2, " ");
  }
  return text;
}

// What a command substitution of an example would give.
std::string Substituted(std::string word) {
  return word == "$(cat last-head)" ? "41:0a1b2c" : word;
}

// The words behind "injector " at `begin` of `line`, up to where a shell sees another command.
std::vector<std::string> WordsAt(const std::string& line, std::size_t begin) {
  std::vector<std::string> words;
  std::string word;
  char quote = '\0';
  for (std::size_t i = begin; i <= line.size(); ++i) {
    const char c = i < line.size() ? line[i] : ' ';
    if (quote != '\0' ? c == quote : (c == '"' || c == '\'')) {
      quote = quote == '\0' ? c : '\0';
    } else if (quote != '\0' || std::string_view(" |&<>#)").find(c) == std::string_view::npos) {
      word += c;
    } else {
      if (!word.empty()) words.push_back(Substituted(std::exchange(word, "")));
      if (c != ' ') return words;
    }
  }
  return words;
}

// Checks the examples of a command and of everything below it; how many there were.
int CheckExamplesOf(const std::vector<std::string>& command) {
  constexpr std::string_view kProgram = "injector ";
  const std::string help = HelpOf(command);
  EXPECT_NE(help, "");
  int count = 0;
  std::istringstream lines(WithoutContinuations(Section(help, "Examples")));
  for (std::string line; std::getline(lines, line);) {
    for (std::size_t at = line.find(kProgram); at != std::string::npos;
         at = line.find(kProgram, at + 1)) {
      const Result<Invocation> invocation = ParseCommandLine(WordsAt(line, at + kProgram.size()));
      EXPECT_TRUE(invocation.ok()) << line << "\n" << invocation.error().message();
      ++count;
    }
  }
  for (const std::string& name : CommandsIn(help)) {
    std::vector<std::string> inner = command;
    inner.push_back(name);
    count += CheckExamplesOf(inner);
  }
  return count;
}

TEST(HelpExamples, AreUnderstood) { EXPECT_GT(CheckExamplesOf({}), 50); }

}  // namespace
}  // namespace injector
