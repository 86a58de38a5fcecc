#include "injector/cli/session.h"

#include <unistd.h>

#include "injector/base/file.h"
#include "injector/model/json.h"

namespace injector {
namespace {

void WriteToStderr(std::string_view line) {
  // There is nowhere left to report that stderr cannot be written.
  static_cast<void>(WriteAll(STDERR_FILENO, line, "stderr"));
}

}  // namespace

Session::Session(Settings settings, GlobalOptions options)
    : settings_(std::move(settings)),
      options_(std::move(options)),
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
