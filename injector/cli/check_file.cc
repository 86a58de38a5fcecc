#include "injector/cli/check_file.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "injector/base/file.h"
#include "injector/sources/connections_file/connections_file.h"
#include "injector/yaml/parse.h"

namespace injector {
namespace {

std::optional<std::size_t> TakeNumber(std::string_view& text) {
  std::size_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

// A parser's error, "FILE:LINE:COLUMN: MESSAGE", taken apart again; at the file's start when it
// names no place.
FileProblem ProblemOf(const std::string& file, const Error& error) {
  FileProblem whole{file, {}, FileFinding::Severity::kError, error.message()};
  std::string_view rest = error.message();
  if (!rest.starts_with(file + ":")) return whole;
  rest.remove_prefix(file.size() + 1);
  const auto line = TakeNumber(rest);
  if (!line || !rest.starts_with(':')) return whole;
  rest.remove_prefix(1);
  const auto column = TakeNumber(rest);
  if (!column || !rest.starts_with(": ")) return whole;
  return {file, {*line, *column}, FileFinding::Severity::kError, std::string(rest.substr(2))};
}

std::vector<FileFinding> FindingsIn(const ConnectionsFile& file) {
  std::vector<FileFinding> findings = file.Check();
  const auto add = [&](const std::vector<FileFinding>& more) {
    findings.insert(findings.end(), more.begin(), more.end());
  };
  add(file.warnings());
  for (const FileConnection& connection : file.connections()) {
    add(connection.warnings);
    add(connection.literal_secrets);
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const FileFinding& a, const FileFinding& b) {
                     return std::tie(a.position.line, a.position.column) <
                            std::tie(b.position.line, b.position.column);
                   });
  return findings;
}

}  // namespace

std::string FileProblem::Place() const {
  return file + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
}

Result<std::vector<FileProblem>> CheckFile(const std::string& path) {
  ASSIGN_OR_RETURN(const Secret text, ReadRegularFile(path, kYamlSizeLimit));
  const Result<ConnectionsFile> file = ConnectionsFile::Parse(text.Reveal(), path);
  if (!file.ok()) return std::vector<FileProblem>{ProblemOf(path, file.error())};
  std::vector<FileProblem> problems;
  for (FileFinding& finding : FindingsIn(*file)) {
    problems.push_back({path, finding.position, finding.severity, std::move(finding.message)});
  }
  return problems;
}

}  // namespace injector
