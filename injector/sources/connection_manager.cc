#include "injector/sources/connection_manager.h"

#include <iterator>
#include <utility>

namespace injector {
namespace {

// The way of one kind of item through the sources.
template <typename Request, typename T>
class Search {
 public:
  explicit Search(const std::vector<Request>& wanted)
      : wanted_(wanted), found_(wanted.size()), absent_(wanted.size()) {}

  std::vector<Request> Missing() const {
    std::vector<Request> missing;
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (!found_[i]) missing.push_back(wanted_[i]);
    }
    return missing;
  }

  // Requires: `answers` are those to Missing().
  void Take(std::vector<Result<T>> answers, const std::string& source) {
    auto answer = answers.begin();
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (found_[i]) continue;
      if (answer->ok()) {
        found_[i].emplace(Fetched<T>{.item = *std::move(*answer), .source = source});
      } else {
        absent_[i] = std::move(*answer).error();
      }
      ++answer;
    }
  }

  // Why the first required item that nobody holds is not there.
  std::optional<Error> MissingRequired() const {
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (!found_[i] && wanted_[i].presence == Presence::kRequired) {
        return absent_[i].value_or(Error(ErrorCode::kNotFound, "there is no source"));
      }
    }
    return std::nullopt;
  }

  std::vector<std::optional<Fetched<T>>> TakeFound() { return std::move(found_); }

 private:
  const std::vector<Request>& wanted_;
  std::vector<std::optional<Fetched<T>>> found_;
  std::vector<std::optional<Error>> absent_;  // as the last source asked says it
};

}  // namespace

ConnectionManager::ConnectionManager(std::vector<std::unique_ptr<Source>> sources)
    : sources_(std::move(sources)) {}

Result<FetchedItems> ConnectionManager::Fetch(const FetchRequest& request) {
  Search<ConnectionRequest, Connection> connections(request.connections);
  Search<VariableRequest, Variable> variables(request.variables);
  std::vector<std::string> warnings;
  std::string asked;
  for (const std::unique_ptr<Source>& source : sources_) {
    const FetchRequest rest{.connections = connections.Missing(), .variables = variables.Missing()};
    if (rest.connections.empty() && rest.variables.empty()) break;
    const std::string description = source->Description();
    Result<SourceAnswer> answer = source->Fetch(rest);
    if (!answer.ok()) return std::move(answer).error();
    connections.Take(std::move(answer->connections), description);
    variables.Take(std::move(answer->variables), description);
    std::move(answer->warnings.begin(), answer->warnings.end(), std::back_inserter(warnings));
    asked += (asked.empty() ? "" : ", ") + description;
  }
  for (std::optional<Error> missing :
       {connections.MissingRequired(), variables.MissingRequired()}) {
    if (!missing) continue;
    return asked.empty() ? std::move(*missing) : std::move(*missing).WithContext(asked);
  }
  return FetchedItems{.connections = connections.TakeFound(),
                      .variables = variables.TakeFound(),
                      .warnings = std::move(warnings)};
}

}  // namespace injector
