#pragma once
// The subcommands: one function and one file each (command.h says what they do).

#include "injector/cli/command.h"

namespace injector {

void DefineConnectionsSet(CLI::App& connections, Invocation& invocation);
void DefineConnectionsGet(CLI::App& connections, Invocation& invocation);
void DefineConnectionsList(CLI::App& connections, Invocation& invocation);
void DefineConnectionsDelete(CLI::App& connections, Invocation& invocation);
void DefineConnectionsRekey(CLI::App& connections, Invocation& invocation);
void DefineVariablesSet(CLI::App& variables, Invocation& invocation);
void DefineVariablesGet(CLI::App& variables, Invocation& invocation);
void DefineVariablesList(CLI::App& variables, Invocation& invocation);
void DefineVariablesDelete(CLI::App& variables, Invocation& invocation);
void DefineTypes(CLI::App& program, Invocation& invocation);
void DefineKeyNew(CLI::App& key, Invocation& invocation);

}  // namespace injector
