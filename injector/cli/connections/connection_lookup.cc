#include "injector/cli/connections/connection_lookup.h"

#include <vector>

namespace injector {

Result<ConnectionName> FindName(const StoreListing& listing, const Reference& wanted) {
  std::vector<ConnectionEntry> entries;
  for (const ConnectionSummary& summary : listing.connections) {
    entries.push_back({summary.name, summary.is_default});
  }
  ASSIGN_OR_RETURN(const std::size_t index, Resolve(wanted, entries));
  return entries[index].name;
}

}  // namespace injector
