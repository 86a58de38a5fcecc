#pragma once
// "Did you mean …?": the known name that a mistyped one was probably meant to be.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace injector {

// How many characters must be inserted, deleted, replaced or swapped with their neighbour to turn
// `a` into `b`, ASCII case aside (optimal string alignment distance). O(|a|·|b|).
std::size_t EditDistance(std::string_view a, std::string_view b);

// The one of `known` that is nearest to `name`, if it is near enough to be meant: at most a third
// of the longer name away. Empty when none is.
std::string_view NearestName(std::string_view name, std::span<const std::string> known);
std::string_view NearestName(std::string_view name, std::span<const std::string_view> known);

}  // namespace injector
