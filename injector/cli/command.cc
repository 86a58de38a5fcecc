#include "injector/cli/command.h"

#include <CLI/CLI.hpp>

namespace injector {
namespace {

constexpr const char* kGlobalOptions =
    "\n"
    "Options of every command (before or after it):\n"
    "  --store FILE  --key-file FILE  --ask-passphrase  --output text|json\n"
    "  `injector --help` explains them.";

}  // namespace

std::string CommandFooter(const CommandText& text) {
  std::string footer;
  if (*text.details != '\0') footer += std::string(text.details) + "\n";
  footer += "Examples:\n" + std::string(text.examples);
  footer.pop_back();  // CLI11 ends the line
  return footer;
}

CLI::App& AddCommand(CLI::App& parent, const CommandText& text) {
  CLI::App* command = parent.add_subcommand(text.name, text.summary);
  command->group("Commands");
  command->footer(CommandFooter(text) + "\n" + kGlobalOptions);
  return *command;
}

CLI::App& AddCommandGroup(CLI::App& parent, const CommandText& text) {
  CLI::App* group = parent.add_subcommand(text.name, text.summary);
  group->group("Commands");
  group->footer(CommandFooter(text));
  // Exactly one: with no upper bound CLI11 would take a NAME that is also the name of a sibling
  // (`connections get list`) for a second command.
  group->require_subcommand(1);
  return *group;
}

}  // namespace injector
