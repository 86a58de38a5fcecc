#pragma once
// One run of the program: what it was told, and where it speaks. Results go to stdout, everything
// else to stderr. Text that may hold a secret is handed over whole and written at once, so that no
// stream buffer keeps a copy.

#include <optional>
#include <string>
#include <string_view>

#include "injector/base/clock.h"
#include "injector/base/result.h"
#include "injector/cli/invocation.h"
#include "injector/cli/settings.h"
#include "injector/cli/text.h"
#include "injector/crypto/key.h"
#include "injector/model/value.h"

namespace injector {

// Whom --ca-file is for: a credential service, or servers that the command itself calls.
enum class CaFile { kForService, kForServers };

class Session {
 public:
  Session(Settings settings, GlobalOptions options);

  const Settings& settings() const { return settings_; }
  const GlobalOptions& options() const { return options_; }
  const Clock& clock() const { return clock_; }
  // The key that the options or the environment name, kept by whoever has read it: a pipe gives it
  // only once.
  std::optional<KeyText>& key() { return key_; }
  // For text that goes to Print().
  const Emphasis& emphasis() const { return out_emphasis_; }

  // Writes to stdout. Fails when stdout does (a full disk): a result that was lost is a failure.
  Status Print(std::string_view text);
  // The same for an indented JSON document.
  Status PrintJson(const Value& value);
  // To stderr: what was done, for a person.
  void Tell(std::string_view sentence);
  // To stderr: "injector: warning: …".
  void Warn(std::string_view sentence);

 private:
  Settings settings_;
  GlobalOptions options_;
  std::optional<KeyText> key_;
  SystemClock clock_;
  Emphasis out_emphasis_;
  Emphasis err_emphasis_;
};

// "injector: <message>" and, when there is one, "hint: <hint>" on stderr.
void ReportError(const Error& error, const Emphasis& emphasis);

}  // namespace injector
