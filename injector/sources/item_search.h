#pragma once
// The way of one kind of item, connections or variables, through the sources: which are still
// missing, and why. Part of ConnectionManager.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "injector/sources/connection_manager.h"

namespace injector {

template <typename Request, typename T>
class ItemSearch {
 public:
  explicit ItemSearch(const std::vector<Request>& wanted)
      : wanted_(wanted), found_(wanted.size()), absent_(wanted.size()) {}

  // Places in the request.
  std::vector<std::size_t> Missing() const {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (!found_[i]) places.push_back(i);
    }
    return places;
  }
  std::vector<Request> RequestFor(const std::vector<std::size_t>& places) const {
    std::vector<Request> requests;
    for (const std::size_t place : places) requests.push_back(wanted_[place]);
    return requests;
  }

  // Requires: `answers` are those to RequestFor(places).
  void Take(std::vector<Result<T>> answers, const std::vector<std::size_t>& places,
            const std::string& source) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (answers[i].ok()) {
        found_[places[i]].emplace(Fetched<T>{.item = *std::move(answers[i]), .source = source});
      } else {
        absent_[places[i]] = std::move(answers[i]).error();
      }
    }
  }

  // The place of the first required item that nobody holds.
  std::optional<std::size_t> MissingRequired() const {
    for (const std::size_t place : Missing()) {
      if (wanted_[place].presence == Presence::kRequired) return place;
    }
    return std::nullopt;
  }
  // As the last source asked says it.
  Error WhyAbsent(std::size_t place) const {
    return absent_[place].value_or(Error(ErrorCode::kNotFound, "there is no source"));
  }

  std::vector<std::optional<Fetched<T>>>& found() { return found_; }

 private:
  const std::vector<Request>& wanted_;
  std::vector<std::optional<Fetched<T>>> found_;
  std::vector<std::optional<Error>> absent_;
};

}  // namespace injector
