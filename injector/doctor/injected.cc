#include "injector/doctor/injected.h"

#include <algorithm>

#include "injector/inject/inject.h"

namespace injector::doctor {
namespace {

const InjectedVariable* Find(const Injection& injection, std::string_view name) {
  const auto found = std::ranges::find(injection.variables, name, &InjectedVariable::name);
  return found == injection.variables.end() ? nullptr : &*found;
}

}  // namespace

Result<Injection> InjectionOf(const Connection& connection) {
  const CredentialEndpoint endpoint{"http://127.0.0.1:1", Secret::CopyOf("token")};
  InjectionRequest request;
  request.connections.push_back({.connection = &connection});
  request.endpoint = &endpoint;
  request.helper_program = "/runner-shim";
  Result<Injection> injection = BuildInjection(request);
  if (injection.ok()) return injection;
  const Error& error = injection.error();
  const std::string name = connection.name.Full() + ": ";
  const std::string& message = error.message();
  return Error(error.code(), message.starts_with(name) ? message.substr(name.size()) : message)
      .WithHint(error.hint());
}

Secret VariableIn(const Injection& injection, std::string_view name) {
  const InjectedVariable* variable = Find(injection, name);
  return variable == nullptr ? Secret() : variable->text.Clone();
}

Secret FileIn(const Injection& injection, std::string_view variable) {
  const InjectedVariable* path = Find(injection, variable);
  if (path == nullptr || path->kind != InjectedVariable::Kind::kFilePath) return {};
  return injection.files[path->file].content.Clone();
}

}  // namespace injector::doctor
