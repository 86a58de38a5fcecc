#pragma once
// The subcommands of `injector service`: one function and one file each (command.h says what they
// do).

#include "injector/cli/command.h"
#include "injector/cli/invocation.h"

namespace injector {

void DefineServiceInit(Command service, Invocation& invocation);
void DefineServiceServe(Command service, Invocation& invocation);
void DefineServiceToken(Command service, Invocation& invocation);
void DefineServiceBackup(Command service, Invocation& invocation);
void DefineServiceRestore(Command service, Invocation& invocation);
void DefineServiceKeys(Command service, Invocation& invocation);
void DefineServiceRotate(Command service, Invocation& invocation);
void DefineServiceRotateKey(Command service, Invocation& invocation);
void DefineServiceAuditList(Command audit, Invocation& invocation);
void DefineServiceAuditExport(Command audit, Invocation& invocation);
void DefineServiceAuditHead(Command audit, Invocation& invocation);
void DefineServiceAuditPrune(Command audit, Invocation& invocation);
void DefineServiceAuditVerify(Command audit, Invocation& invocation);
void DefineServiceOpenApi(Command service, Invocation& invocation);

}  // namespace injector
