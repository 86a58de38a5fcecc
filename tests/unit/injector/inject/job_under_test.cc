#include "tests/unit/injector/inject/job_under_test.h"

#include <gtest/gtest.h>

#include <utility>

#include "injector/model/json.h"

namespace injector::testing {

Connection MakeConnection(std::string_view name, std::string_view fields) {
  const std::size_t dot = name.find('.');
  Connection connection;
  connection.name = {std::string(name.substr(0, dot)), std::string(name.substr(dot + 1))};
  Result<Value> parsed = ParseJson(fields);
  EXPECT_TRUE(parsed.ok()) << fields;
  for (Value::Member& member : parsed->members()) {
    connection.fields.push_back({member.name, std::move(member.value)});
  }
  return connection;
}

JobUnderTest& JobUnderTest::With(std::string_view name, std::string_view fields,
                                 std::string prefix) {
  return With(MakeConnection(name, fields), std::move(prefix));
}

JobUnderTest& JobUnderTest::With(Connection connection, std::string prefix) {
  connections_.push_back(std::move(connection));
  request_.connections.push_back({&connections_.back(), std::move(prefix)});
  return *this;
}

JobUnderTest& JobUnderTest::WithVariable(std::string key, std::string_view value,
                                         std::string name) {
  variables_.push_back({.key = std::move(key), .value = Secret::CopyOf(value), .description = ""});
  request_.variables.push_back({&variables_.back(), std::move(name)});
  return *this;
}

JobUnderTest& JobUnderTest::WithSecretVariable(std::string key, std::string_view value) {
  WithVariable(std::move(key), value);
  variables_.back().is_secret = true;
  return *this;
}

JobUnderTest& JobUnderTest::WithUserConfiguration(UserConfigurationKind kind, std::string path,
                                                  std::string_view content) {
  request_.user_configuration.push_back({kind, std::move(path), Secret::CopyOf(content)});
  return *this;
}

JobUnderTest& JobUnderTest::WithoutUserConfiguration(UserConfigurationKind kind, std::string path) {
  request_.user_configuration.push_back({kind, std::move(path), std::nullopt});
  return *this;
}

JobUnderTest& JobUnderTest::WithHelperProgram(std::string path) {
  request_.helper_program = std::move(path);
  return *this;
}

JobUnderTest& JobUnderTest::WithEndpoint(std::string url, std::string_view token) {
  endpoint_ = {std::move(url), Secret::CopyOf(token)};
  request_.endpoint = &endpoint_;
  return *this;
}

JobUnderTest& JobUnderTest::WithFieldVariables() {
  request_.field_variables = FieldVariables::kOn;
  return *this;
}

Injection JobUnderTest::Injected() const {
  Result<Injection> injection = Build();
  if (!injection.ok()) {
    ADD_FAILURE() << injection.error().message();
    return {};
  }
  return std::move(injection).value();
}

std::string JobUnderTest::Refusal() const {
  const Result<Injection> injection = Build();
  if (injection.ok()) return "(not refused)";
  return injection.error().message() + "\n" + injection.error().hint();
}

namespace {

std::string Shown(const Injection& injection, const InjectedVariable& variable) {
  switch (variable.kind) {
    case InjectedVariable::Kind::kText:
      return std::string(variable.text.Reveal());
    case InjectedVariable::Kind::kFilePath:
      return variable.before + "<path of " + injection.files.at(variable.file).name + ">" +
             variable.after;
    case InjectedVariable::Kind::kQuotedFilePath:
      return variable.before + "'<path of " + injection.files.at(variable.file).name + ">'" +
             variable.after;
    case InjectedVariable::Kind::kFileDirectory:
      return "<directory of " + injection.files.at(variable.file).name + ">";
  }
  return "";
}

}  // namespace

std::vector<std::string> VariableLines(const Injection& injection) {
  std::vector<std::string> lines;
  for (const InjectedVariable& variable : injection.variables) {
    lines.push_back(variable.name + "=" + Shown(injection, variable));
  }
  return lines;
}

std::string ValueOf(const Injection& injection, std::string_view name) {
  for (const InjectedVariable& variable : injection.variables) {
    if (variable.name == name) return Shown(injection, variable);
  }
  return "(unset)";
}

std::vector<std::string> RemovedNames(const Injection& injection) {
  std::vector<std::string> names;
  for (const RemovedVariable& variable : injection.removed_variables) {
    names.push_back(variable.name);
  }
  return names;
}

std::vector<std::string> ScrubLines(const std::vector<ScrubValue>& values) {
  std::vector<std::string> lines;
  for (const ScrubValue& value : values) {
    lines.push_back(value.name + "=" + std::string(value.value.Reveal()));
  }
  return lines;
}

std::string ContentOf(const Injection& injection, std::string_view file) {
  for (const InjectedFile& candidate : injection.files) {
    if (candidate.name == file) return std::string(candidate.content.Reveal());
  }
  return "(no file)";
}

}  // namespace injector::testing
