#pragma once
// The subcommands: one function and one file each (command.h says what they do).

#include "injector/cli/command.h"
#include "injector/cli/invocation.h"

namespace injector {

void DefineConnectionsAdd(Command connections, Invocation& invocation);
void DefineConnectionsSet(Command connections, Invocation& invocation);
void DefineConnectionsGet(Command connections, Invocation& invocation);
void DefineConnectionsList(Command connections, Invocation& invocation);
void DefineConnectionsDelete(Command connections, Invocation& invocation);
void DefineConnectionsDoctor(Command connections, Invocation& invocation);
void DefineConnectionsMigrate(Command connections, Invocation& invocation);
void DefineConnectionsImport(Command connections, Invocation& invocation);
void DefineConnectionsExport(Command connections, Invocation& invocation);
void DefineConnectionsRekey(Command connections, Invocation& invocation);
void DefineVariablesSet(Command variables, Invocation& invocation);
void DefineVariablesGet(Command variables, Invocation& invocation);
void DefineVariablesList(Command variables, Invocation& invocation);
void DefineVariablesDelete(Command variables, Invocation& invocation);
void DefineAttach(Command program, Invocation& invocation);
void DefineDetach(Command program, Invocation& invocation);
void DefineRepos(Command program, Invocation& invocation);
void DefineApply(Command program, Invocation& invocation);
void DefineVersions(Command program, Invocation& invocation);
void DefineRollback(Command program, Invocation& invocation);
void DefineTokensCreate(Command tokens, Invocation& invocation);
void DefineTokensList(Command tokens, Invocation& invocation);
void DefineTokensDelete(Command tokens, Invocation& invocation);
void DefineEnv(Command program, Invocation& invocation);
void DefineRender(Command program, Invocation& invocation);
void DefineCheck(Command program, Invocation& invocation);
void DefineTypes(Command program, Invocation& invocation);
void DefineCompletion(Command program, Invocation& invocation);
void DefineKeyNew(Command key, Invocation& invocation);
void DefineSidecar(Command program, Invocation& invocation);
void DefineWebhook(Command program, Invocation& invocation);

}  // namespace injector
