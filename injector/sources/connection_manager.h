#pragma once
// Asks for connections and variables where they may be: the environment, then the configured
// sources in order; the first that holds an item wins. All that is required comes back, or an
// error.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "injector/sources/environment_source.h"
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
  std::vector<std::string> warnings = {};
  std::string asked = {};  // the sources that were asked, in order: "environment, yaml:c.yaml"
  // Everything that they hold, as far as they can tell.
  std::vector<ConnectionEntry> held_connections = {};
  std::vector<std::string> held_variables = {};
  // What the sources that were asked read from the environment. No name twice.
  std::vector<EnvironmentReference> environment = {};
  std::vector<Ingredient> ingredients = {};
  // What is attached beside what was asked for; no name twice.
  std::vector<Fetched<Connection>> attached_connections = {};
  std::vector<Fetched<Variable>> attached_variables = {};
  // By what all of this is held.
  std::vector<std::unique_ptr<Lease>> leases = {};
  // Of the source that offers one, as Fetched::item: nullopt when none does.
  std::optional<Fetched<CredentialEndpoint>> endpoint = {};
  // What templates may mean, beside the above: for whoever asks for more than a job is given. Left
  // empty by the manager.
  std::vector<Connection> template_connections = {};
  std::vector<Variable> template_variables = {};
};

// `error` with one more sentence in its hint.
Error WithMoreHint(Error error, const std::string& sentence);

// `error` about what was fetched, with a hint that names the sources: there it is to be put right.
Error WithSourcesAsked(Error error, const FetchedItems& items);

template <typename T>
struct ListedItem {
  T item;
  std::string source;       // its Description()
  std::string shadowed_by;  // the source that is asked before and holds it too; empty: none
};

// All that the sources hold, shadowed items included, in the order of the sources.
struct ManagerListing {
  std::vector<ListedItem<ListedConnection>> connections = {};
  std::vector<ListedItem<ListedVariable>> variables = {};
  std::vector<std::string> warnings = {};
};

class ConnectionManager {
 public:
  // `environment`: asked before the others, and once more by full name for what they found by a
  // bare name or as a type's default; nullptr: not at all.
  explicit ConnectionManager(std::vector<std::unique_ptr<Source>> sources,
                             std::unique_ptr<EnvironmentSource> environment = nullptr);

  // kNotFound when a required item is in no source: names the item, every source asked, and what
  // they hold instead. Any error of a source ends the search: a source that fails is never skipped.
  // A source is not asked once nothing is missing, but for what is attached: kInvalidArgument when
  // that is asked for and no source knows it. Variables that fields are made of
  // (OpenText) are looked for in the same way.
  Result<FetchedItems> Fetch(const FetchRequest& request);

  // An error of any source is the error of the whole.
  Result<ManagerListing> List();

 private:
  class Run;

  std::vector<std::unique_ptr<Source>> sources_;
  std::unique_ptr<EnvironmentSource> environment_;
};

}  // namespace injector
