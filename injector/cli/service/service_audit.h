#pragma once
// What the `service audit` commands share.

#include <cstdint>
#include <functional>
#include <string>

#include "injector/base/result.h"
#include "injector/cli/command.h"
#include "injector/cli/service/service_database.h"
#include "injector/cli/session.h"
#include "injector/service/audit_chain.h"
#include "injector/service/audit_log.h"

namespace injector {

struct AuditOptions {
  ServiceDatabaseOptions service;
  std::string org;
};

// Adds --db, --more-key-file and --org.
void DefineAuditOptions(Command command, AuditOptions& options);

// Adds --actor, --connection, --repo, --since and --until.
void DefineFilterOptions(Command command, AuditFilter& filter);

// A sequence number, from 1 on.
Result<std::int64_t> ParseSequence(const std::string& text);

// A link as people keep it: "SEQUENCE:MAC".
std::string HeadText(const ChainHead& head);

// Opens the service and looks up the org, then runs `body`. kNotFound when there is no such org.
Status WithOrg(Session& session, const AuditOptions& options,
               const std::function<Status(Desk& desk, const std::string& org_id)>& body);

}  // namespace injector
