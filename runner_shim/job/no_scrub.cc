#include "runner_shim/job/no_scrub.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "injector/base/variable_name.h"
#include "injector/inject/field_scrub_values.h"
#include "injector/model/catalogue.h"

namespace runner_shim {
namespace {

using injector::Connection;
using injector::ConnectionName;
using injector::Error;
using injector::ErrorCode;
using injector::FetchedItems;
using injector::Result;
using injector::ScrubValue;
using injector::Secret;

// A connection that the job has, or that its templates use.
struct KnownConnection {
  const Connection* connection;
  bool from_environment = false;
};

std::vector<KnownConnection> ConnectionsOf(const FetchedItems& fetched) {
  std::vector<KnownConnection> connections;
  for (const auto& found : fetched.connections) {
    if (found) connections.push_back({&found->item, found->source == "environment"});
  }
  for (const Connection& connection : fetched.template_connections) {
    connections.push_back({&connection});
  }
  return connections;
}

std::string LabelOf(const ConnectionName& name) { return name.type + "." + name.alias + "."; }

bool Names(std::string_view reference, const Connection& connection) {
  return reference == connection.name.alias || reference == connection.name.Full() ||
         (connection.is_default && reference == "@" + connection.name.type);
}

// Whether `place`, "type.alias.path", is `connection`'s field `field`, in whatever spelling.
bool IsField(std::string_view place, const ConnectionName& name, std::string_view field) {
  const std::string label = LabelOf(name);
  return place.starts_with(label) &&
         injector::CanonicalFieldName(name.type, place.substr(label.size())) ==
             injector::CanonicalFieldName(name.type, field);
}

// Whether the --no-scrub `exception` means `place`. An alias and a field may both hold dots, so
// every dot may be the one between them.
bool Matches(std::string_view place, std::string_view exception,
             const std::vector<KnownConnection>& connections) {
  if (place == exception) return true;
  for (std::size_t dot = exception.find('.'); dot != std::string_view::npos;
       dot = exception.find('.', dot + 1)) {
    const std::string_view reference = exception.substr(0, dot);
    const std::string_view field = exception.substr(dot + 1);
    for (const KnownConnection& known : connections) {
      if (Names(reference, *known.connection) && IsField(place, known.connection->name, field)) {
        return true;
      }
    }
  }
  return false;
}

// Whether `name` is "env.PIPELINE_CONN_…", the variable that `known` comes from.
bool Brought(std::string_view name, const KnownConnection& known) {
  if (!known.from_environment) return false;
  const std::string prefix = "env.PIPELINE_CONN_";
  const std::string alias = injector::VariableNamePart(known.connection->name.alias);
  return name == prefix + alias ||
         name == prefix + injector::VariableNamePart(known.connection->name.type) + "_" + alias;
}

class Selection {
 public:
  Selection(ScrubCandidates candidates, const FetchedItems& fetched)
      : connections_(ConnectionsOf(fetched)), inherited_(std::move(candidates.inherited)) {
    for (ScrubValue& value : candidates.asked_for) {
      std::string place = value.name;
      asked_for_.push_back({std::move(place), std::move(value)});
    }
    for (const injector::Ingredient& ingredient : fetched.ingredients) {
      const std::string& place = ingredient.field.empty() ? ingredient.name : ingredient.field;
      asked_for_.push_back({place, {ingredient.name, ingredient.value.Clone()}});
    }
  }

  // What the connections themselves say. Their fields are not among the candidates.
  void ShowExempt() {
    for (const KnownConnection& known : connections_) {
      const Connection& connection = *known.connection;
      if (connection.no_scrub.empty()) continue;
      const std::string label = LabelOf(connection.name);
      const auto is_exempt = [&](std::string_view path) {
        return injector::IsExemptFromScrubbing(connection, path);
      };
      for (const injector::FlatField& leaf : injector::Flatten(connection)) {
        if (is_exempt(leaf.path)) ShowInherited(label + leaf.path, leaf.value->ToText());
      }
      ShowIf([&](std::string_view place) {
        return place.starts_with(label) && is_exempt(place.substr(label.size()));
      });
    }
  }

  // Returns whether `exception` means anything.
  bool Show(std::string_view exception) {
    return ShowIf([&](std::string_view place) { return Matches(place, exception, connections_); });
  }

  std::vector<ScrubSecret> Build() && {
    std::vector<ScrubSecret> secrets;
    const auto take = [&secrets](ScrubValue& value) {
      secrets.push_back({.name = std::move(value.name),
                         .value = std::move(value.value),
                         .whole_url_is_secret = value.secret_field});
    };
    for (Candidate& candidate : asked_for_) take(candidate.value);
    for (ScrubValue& value : inherited_) take(value);
    return secrets;
  }

 private:
  struct Candidate {
    std::string place;  // "type.alias.path", "var.KEY"
    ScrubValue value;
  };

  // Returns whether there was anything that `is_meant`, of a place or a name.
  template <typename Predicate>
  bool ShowIf(const Predicate& is_meant) {
    const auto shown = std::stable_partition(
        asked_for_.begin(), asked_for_.end(), [&](const Candidate& candidate) {
          return !is_meant(candidate.place) && !is_meant(candidate.value.name);
        });
    for (auto one = shown; one != asked_for_.end(); ++one) {
      ShowInherited(one->place, one->value.value);
    }
    const bool any = shown != asked_for_.end();
    asked_for_.erase(shown, asked_for_.end());
    return any;
  }

  // `value` stood at `place` and is shown, and so is the variable that brought it.
  void ShowInherited(std::string_view place, const Secret& value) {
    std::erase_if(inherited_, [&](const ScrubValue& inherited) {
      return inherited.value == value ||
             std::ranges::any_of(connections_, [&](const KnownConnection& known) {
               return place.starts_with(LabelOf(known.connection->name)) &&
                      Brought(inherited.name, known);
             });
    });
  }

  std::vector<KnownConnection> connections_;
  std::vector<Candidate> asked_for_;
  std::vector<ScrubValue> inherited_;
};

}  // namespace

Result<std::vector<ScrubSecret>> SecretsToScrub(ScrubCandidates candidates,
                                                const JobOptions& options,
                                                const FetchedItems& fetched) {
  Selection selection(std::move(candidates), fetched);
  selection.ShowExempt();
  for (const std::string& exception : options.no_scrub) {
    if (selection.Show(exception)) continue;
    return Error(ErrorCode::kNotFound, std::string(options.NameOf("--no-scrub")) + " " + exception +
                                           ": no such secret among what the job asks for")
        .WithHint("REF.FIELD, with REF as in -c; runner-shim --dry-run shows the names");
  }
  return std::move(selection).Build();
}

}  // namespace runner_shim
