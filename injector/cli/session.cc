#include "injector/cli/session.h"

#include <unistd.h>

#include "injector/base/file.h"
#include "injector/base/printable.h"
#include "injector/model/json.h"

namespace injector {
namespace {

void WriteToStderr(std::string_view line) {
  // There is nowhere left to report that stderr cannot be written.
  static_cast<void>(WriteAll(STDERR_FILENO, line, "stderr"));
}

// An option wins over its variable, and a store that is named over a service that is only set.
GlobalOptions WithService(GlobalOptions options, const ServiceGlobalOptions& variables) {
  ServiceGlobalOptions& service = options.service;
  const auto or_variable = [](const std::string& option, const std::string& variable) {
    return option.empty() ? variable : option;
  };
  const bool names_store = !options.store_path.empty() || !options.sources.empty();
  if (!names_store) service.url = or_variable(service.url, variables.url);
  if (service.url.empty()) return options;
  service.token_file = or_variable(service.token_file, variables.token_file);
  service.ca_file = or_variable(service.ca_file, variables.ca_file);
  service.client_certificate =
      or_variable(service.client_certificate, variables.client_certificate);
  service.client_key = or_variable(service.client_key, variables.client_key);
  return options;
}

}  // namespace

Session::Session(Settings settings, GlobalOptions options)
    : settings_(std::move(settings)),
      options_(WithService(std::move(options), settings_.service)),
      out_emphasis_(Emphasis::For(STDOUT_FILENO, settings_.colours_allowed)),
      err_emphasis_(Emphasis::For(STDERR_FILENO, settings_.colours_allowed)) {}

Status Session::Print(std::string_view text) { return WriteAll(STDOUT_FILENO, text, "stdout"); }

Status Session::PrintJson(const Value& value) {
  const Secret document = WriteJson(value, JsonStyle::kIndented);
  return Print(Secret::Concat({document.Reveal(), "\n"}).Reveal());
}

void Session::Tell(std::string_view sentence) { WriteToStderr(Printable(sentence) + "\n"); }

void Session::Warn(std::string_view sentence) {
  WriteToStderr("injector: " + err_emphasis_.Warning("warning:") + " " + Printable(sentence) +
                "\n");
}

void ReportError(const Error& error, const Emphasis& emphasis) {
  WriteToStderr(emphasis.Failure("injector:") + " " + Printable(error.message()) + "\n");
  if (!error.hint().empty()) WriteToStderr("hint: " + Printable(error.hint()) + "\n");
}

}  // namespace injector
