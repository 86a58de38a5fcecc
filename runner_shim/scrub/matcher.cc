#include "runner_shim/scrub/matcher.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace runner_shim {
namespace {

constexpr std::size_t kLongestRepetition = 4;

std::vector<std::string_view> Views(const std::vector<Matcher::Needle>& needles) {
  std::vector<std::string_view> views;
  views.reserve(needles.size());
  for (const Matcher::Needle& needle : needles) views.push_back(needle.bytes);
  return views;
}

bool IsRepetition(std::string_view needle) {
  for (std::size_t period = 1; period <= kLongestRepetition; ++period) {
    if (needle.size() <= period ||
        needle.substr(period) == needle.substr(0, needle.size() - period))
      return true;
  }
  return false;
}

}  // namespace

Matcher::Matcher(std::vector<Needle> needles)
    : needles_(std::move(needles)), automaton_(Views(needles_)) {}

std::optional<Matcher::CutNeedle> Matcher::FindCutNeedle(Automaton::State state) const {
  if (state == Automaton::kRoot) return std::nullopt;
  const Automaton& automaton = automaton_.Get();
  state = automaton.LongestPartial(state);
  std::vector<Automaton::State> partials(automaton.depth(state) + 1, Automaton::kRoot);
  if (partials.size() <= kShortestCut) return std::nullopt;
  for (; state != Automaton::kRoot; state = automaton.ShorterPartial(state)) {
    partials[automaton.depth(state)] = state;
  }
  std::optional<CutNeedle> best;
  for (std::uint32_t i = 0; i < needles_.size(); ++i) {
    const std::optional<std::size_t> seen = SeenOf(i, partials);
    if (seen && (!best || *seen > best->seen)) best = CutNeedle{i, *seen};
  }
  return best;
}

// How much of `needle` the stream ends with, as far as it counts. `partials` holds the partial
// matches at the end of the stream by their length.
std::optional<std::size_t> Matcher::SeenOf(std::uint32_t needle,
                                           const std::vector<Automaton::State>& partials) const {
  const std::string_view bytes = needles_[needle].bytes;
  const std::size_t enough = std::max(kShortestCut, (3 * bytes.size() + 3) / 4);
  const std::size_t most = std::min(bytes.size() - 1, partials.size() - 1);
  if (enough > most || IsRepetition(bytes)) return std::nullopt;
  std::optional<std::size_t> seen;
  Automaton::State state = Automaton::kRoot;
  for (std::size_t length = 1; length <= most; ++length) {
    state = automaton_.Get().Child(state, static_cast<unsigned char>(bytes[length - 1]));
    if (length >= enough && partials[length] == state) seen = length;
  }
  return seen;
}

std::size_t Matcher::memory_bytes() const {
  return automaton_.Get().memory_bytes() +
         needles_.capacity() * (sizeof(Needle) + sizeof(std::string_view));
}

}  // namespace runner_shim
