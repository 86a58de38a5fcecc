#pragma once
// The resources of the REST interface, one file each: what they answer is described in
// openapi.yaml. All that is handed in must outlive the routes.

#include <string>
#include <vector>

#include "injector/rest/metrics.h"
#include "injector/service/desk.h"
#include "injector/service/rest/change_waits.h"
#include "injector/service/rest/router.h"
#include "injector/service/store/write_check.h"

namespace injector::rest {

// What cannot be decrypted, however it shows. `kind`: "damaged", stored data that was damaged or
// altered; "key_missing", a master key that this program was not given.
Counter DataFailures(Metrics& metrics, const std::string& kind);

std::vector<Route> ServiceConnectionRoutes(Desk& desk);
std::vector<Route> AttachmentRoutes(Desk& desk);
std::vector<Route> VariableRoutes(Desk& desk);
std::vector<Route> GrantRoutes(Desk& desk, ChangeWaits& waits);
std::vector<Route> TokenRoutes(Desk& desk);
std::vector<Route> AuditRoutes(Desk& desk);
std::vector<Route> OperationRoutes(Desk& desk, Metrics& metrics, const ChangeWaits& waits,
                                   const WriteCheck::Options& write_check);

}  // namespace injector::rest
