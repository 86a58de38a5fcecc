#pragma once
// What --dry-run prints: everything the job would be given, with every secret masked.

#include <string>
#include <vector>

#include "injector/inject/injection_plan.h"
#include "injector/sources/connection_manager.h"

namespace runner_shim {

// `sources`: as --source spells them, in the order in which they are asked.
std::string DescribeDryRun(const std::vector<std::string>& sources,
                           const injector::FetchedItems& fetched,
                           const injector::InjectionPlan& plan);

}  // namespace runner_shim
