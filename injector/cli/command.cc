#include "injector/cli/command.h"

#include <CLI/CLI.hpp>

namespace injector {
namespace {

constexpr const char* kGlobalOptions =
    "Options of every command (before or after it):\n"
    "  --store FILE  --key-file FILE  --ask-passphrase  --output text|json\n"
    "  `injector --help` explains them.";

std::string Footer(const CommandText& text, std::string_view last_paragraph) {
  std::string footer;
  if (*text.details != '\0') footer += std::string(text.details) + "\n";
  footer += "Examples:\n" + std::string(text.examples);
  if (!last_paragraph.empty()) footer += "\n" + std::string(last_paragraph);
  return footer;
}

}  // namespace

CLI::App& AddCommand(CLI::App& parent, const CommandText& text) {
  CLI::App* command = parent.add_subcommand(text.name, text.summary);
  command->footer(Footer(text, kGlobalOptions));
  return *command;
}

CLI::App& AddCommandGroup(CLI::App& parent, const CommandText& text) {
  CLI::App* group = parent.add_subcommand(text.name, text.summary);
  group->footer(Footer(text, ""));
  // Exactly one: with no upper bound CLI11 would take a NAME that is also the name of a sibling
  // (`connections get list`) for a second command.
  group->require_subcommand(1);
  return *group;
}

}  // namespace injector
