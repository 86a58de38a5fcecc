// injector check FILE…

#include <algorithm>
#include <memory>

#include "injector/base/file.h"
#include "injector/cli/check_file.h"
#include "injector/cli/commands.h"
#include "injector/cli/session.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "check", "Check connections.yaml files, with no secret at hand",
    "No variable has to be set, and nothing is opened but the files: made for a pre-commit hook.\n"
    "Every problem is told with line and column. Fails on errors; with --strict on warnings too,\n"
    "such as a literal value in a secret field.\n",
    "  injector check connections.yaml\n"
    "  injector check --strict deploy/*/connections.yaml\n"
    "  injector check connections.yaml --output json | jq -r '.[].message'\n"};

struct Options {
  std::vector<std::string> files;
  bool strict = false;
};

std::string_view SeverityName(FileFinding::Severity severity) {
  return severity == FileFinding::Severity::kError ? "error" : "warning";
}

std::string AsText(const std::vector<FileProblem>& problems, const Emphasis& emphasis) {
  std::string text;
  for (const FileProblem& problem : problems) {
    const std::string word = std::string(SeverityName(problem.severity)) + ":";
    const bool is_error = problem.severity == FileFinding::Severity::kError;
    text += Printable(problem.Place()) + ": " +
            (is_error ? emphasis.Failure(word) : emphasis.Warning(word)) + " " +
            Printable(problem.message) + "\n";
  }
  return text;
}

Value AsJson(const std::vector<FileProblem>& problems) {
  std::vector<Value> items;
  for (const FileProblem& problem : problems) {
    std::vector<Value::Member> members;
    members.push_back({"file", Value::String(problem.file)});
    members.push_back({"line", Value::Number(static_cast<std::int64_t>(problem.position.line))});
    members.push_back(
        {"column", Value::Number(static_cast<std::int64_t>(problem.position.column))});
    members.push_back({"severity", Value::String(SeverityName(problem.severity))});
    members.push_back({"message", Value::String(problem.message)});
    items.push_back(Value::Map(std::move(members)));
  }
  return Value::List(std::move(items));
}

Status Run(Session& session, const Options& options) {
  std::vector<FileProblem> problems;
  for (const std::string& file : options.files) {
    ASSIGN_OR_RETURN(std::vector<FileProblem> found, CheckFile(file));
    std::move(found.begin(), found.end(), std::back_inserter(problems));
  }
  RETURN_IF_ERROR(session.options().output == OutputFormat::kJson
                      ? session.PrintJson(AsJson(problems))
                      : session.Print(AsText(problems, session.emphasis())));
  const auto counted =
      std::count_if(problems.begin(), problems.end(), [&](const FileProblem& problem) {
        return options.strict || problem.severity == FileFinding::Severity::kError;
      });
  if (counted == 0) return {};
  return Error(ErrorCode::kInvalidArgument,
               std::to_string(counted) + (counted == 1 ? " problem" : " problems"));
}

}  // namespace

void DefineCheck(Command program, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = program.AddCommand(kText);
  command.AddArguments("FILE", options->files, "The files");
  command.AddFlag("--strict", options->strict, "Warnings fail too");
  command.OnChosen([&invocation, options] {
    invocation.action = Action([options](Session& session) { return Run(session, *options); });
  });
}

}  // namespace injector
