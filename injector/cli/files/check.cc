// injector check FILE…

#include <algorithm>
#include <memory>

#include "injector/base/file.h"
#include "injector/base/printable.h"
#include "injector/cli/commands.h"
#include "injector/cli/files/check_file.h"
#include "injector/cli/session.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "check", "Check connections.yaml, job files, policies, templates, and files of services",
    "No variable has to be set, and no store is opened: made for a pre-commit hook. What a file "
    "is\n"
    "is told by its name (connections.yaml, NAME.tmpl, NAME.tmpl.EXTENSION) or by its keys, else "
    "by\n"
    "--kind. A job file is checked with the policies and templates that it names. Every problem "
    "is\n"
    "told with line and column. Fails on errors; with --strict on warnings too, such as a literal\n"
    "value in a secret field.\n",
    "  injector check connections.yaml job.yaml\n"
    "  injector check --strict deploy/*/connections.yaml\n"
    "  injector check --kind policy components/mysql.extractor\n"
    "  injector check connections.yaml --output json | jq -r '.[].message'\n"};

struct Options {
  std::vector<std::string> files;
  std::optional<FileKind> kind;
  bool strict = false;
};

std::string_view SeverityName(FileFinding::Severity severity) {
  return severity == FileFinding::Severity::kError ? "error" : "warning";
}

std::string AsText(const std::vector<CheckedFile>& files, const Emphasis& emphasis) {
  std::string text;
  for (const CheckedFile& file : files) {
    for (const FileProblem& problem : file.problems) {
      const std::string word = std::string(SeverityName(problem.severity)) + ":";
      const bool is_error = problem.severity == FileFinding::Severity::kError;
      text += Printable(problem.Place()) + ": " +
              (is_error ? emphasis.Failure(word) : emphasis.Warning(word)) + " " +
              Printable(problem.message) + "\n";
    }
  }
  return text;
}

Value AsJson(const FileProblem& problem) {
  std::vector<Value::Member> members;
  members.push_back({"file", Value::String(problem.file)});
  members.push_back({"line", Value::Number(static_cast<std::int64_t>(problem.position.line))});
  members.push_back({"column", Value::Number(static_cast<std::int64_t>(problem.position.column))});
  members.push_back({"severity", Value::String(SeverityName(problem.severity))});
  members.push_back({"message", Value::String(problem.message)});
  return Value::Map(std::move(members));
}

Value AsJson(const std::vector<CheckedFile>& files) {
  std::vector<Value> items;
  for (const CheckedFile& file : files) {
    for (const FileProblem& problem : file.problems) items.push_back(AsJson(problem));
  }
  return Value::List(std::move(items));
}

// Those that make the command fail.
std::ptrdiff_t CountFailures(const std::vector<CheckedFile>& files, const Options& options) {
  std::ptrdiff_t count = 0;
  for (const CheckedFile& file : files) {
    count += std::ranges::count_if(file.problems, [&](const FileProblem& problem) {
      return options.strict || problem.severity == FileFinding::Severity::kError;
    });
  }
  return count;
}

Status Run(Session& session, const Options& options) {
  std::vector<CheckedFile> files;
  for (const std::string& path : options.files) {
    ASSIGN_OR_RETURN(CheckedFile file, CheckFile(path, options.kind));
    files.push_back(std::move(file));
  }
  RETURN_IF_ERROR(session.options().output == OutputFormat::kJson
                      ? session.PrintJson(AsJson(files))
                      : session.Print(AsText(files, session.emphasis())));
  const std::ptrdiff_t counted = CountFailures(files, options);
  if (counted == 0) return {};
  return Error(ErrorCode::kInvalidArgument,
               std::to_string(counted) + (counted == 1 ? " problem" : " problems"));
}

}  // namespace

void DefineCheck(Command program, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = program.AddCommand(kText);
  command.AddArguments("FILE", options->files, "The files");
  const auto take_kind = [options](const std::string& name) -> Status {
    ASSIGN_OR_RETURN(options->kind, ParseFileKind(name));
    return {};
  };
  command.AddOption("--kind", "connections|job|policy|template|webhook|issuers", take_kind,
                    "What all the files are; else each one tells");
  command.AddFlag("--strict", options->strict, "Warnings fail too");
  command.OnChosen([&invocation, options] {
    invocation.action = Action([options](Session& session) { return Run(session, *options); });
  });
}

}  // namespace injector
