#pragma once
// What a job asks for, written down in one line, and what it gets, as lines of text.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "injector/inject/inject.h"

namespace injector::testing {

// `name` is "type.alias", `fields` a JSON object.
Connection MakeConnection(std::string_view name, std::string_view fields);

class JobUnderTest {
 public:
  JobUnderTest& With(std::string_view name, std::string_view fields, std::string prefix = "");
  JobUnderTest& With(Connection connection, std::string prefix = "");
  JobUnderTest& WithVariable(std::string key, std::string_view value, std::string name = "");
  JobUnderTest& WithSecretVariable(std::string key, std::string_view value);
  JobUnderTest& WithUserConfiguration(UserConfigurationKind kind, std::string path,
                                      std::string_view content);
  // The user has no such file.
  JobUnderTest& WithoutUserConfiguration(UserConfigurationKind kind, std::string path);
  JobUnderTest& WithFieldVariables();
  JobUnderTest& WithHelperProgram(std::string path);
  JobUnderTest& WithEndpoint(std::string url, std::string_view token);

  Result<Injection> Build() const { return BuildInjection(request_); }
  // Requires: it builds.
  Injection Injected() const;
  // Requires: it does not build. Message and hint.
  std::string Refusal() const;

 private:
  // Deques: the request points into them.
  std::deque<Connection> connections_;
  std::deque<Variable> variables_;
  CredentialEndpoint endpoint_;
  InjectionRequest request_;
};

// "NAME=value" in order; files as "NAME=<path of docker/config.json>", "NAME=<directory of …>".
std::vector<std::string> VariableLines(const Injection& injection);
// The value as in VariableLines; "(unset)".
std::string ValueOf(const Injection& injection, std::string_view name);
std::vector<std::string> RemovedNames(const Injection& injection);
// "name=value" in order.
std::vector<std::string> ScrubLines(const std::vector<ScrubValue>& values);
// The content; "(no file)".
std::string ContentOf(const Injection& injection, std::string_view file);

}  // namespace injector::testing
