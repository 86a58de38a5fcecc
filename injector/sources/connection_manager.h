#pragma once
// Asks the configured sources in order; the first that holds an item wins. All that is required
// comes back, or an error.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "injector/sources/source.h"

namespace injector {

template <typename T>
struct Fetched {
  T item;
  std::string source;  // its Description()
};

// In the order of the request; nullopt: optional and nowhere.
struct FetchedItems {
  std::vector<std::optional<Fetched<Connection>>> connections;
  std::vector<std::optional<Fetched<Variable>>> variables;
  std::vector<std::string> warnings;
};

class ConnectionManager {
 public:
  explicit ConnectionManager(std::vector<std::unique_ptr<Source>> sources);

  // kNotFound when a required item is in no source: names the item, every source asked, and what
  // the last of them holds instead. Any error of a source ends the search: a source that fails is
  // never skipped. A source is not asked once nothing is missing.
  Result<FetchedItems> Fetch(const FetchRequest& request);

 private:
  std::vector<std::unique_ptr<Source>> sources_;
};

}  // namespace injector
