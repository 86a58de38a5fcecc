#include "runner_shim/scrub/automaton.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "injector/base/secret.h"

namespace runner_shim {
namespace {

std::uint8_t LengthBits(std::size_t length) {
  std::uint8_t bits = 0;
  if (length <= 4) bits |= Automaton::kAtMost4;
  if (length <= 8) bits |= Automaton::kAtMost8;
  if (length <= 12) bits |= Automaton::kAtMost12;
  if (length == 8) bits |= Automaton::kExactly8;
  if (length >= 8 && length <= 12) bits |= Automaton::kFrom8To12;
  if (length >= 8) bits |= Automaton::kAtLeast8;
  return bits;
}

}  // namespace

// A node of the trie is a range of the sorted needles: those that begin with its bytes.
struct Automaton::Builder {
  struct Range {
    std::uint32_t begin;
    std::uint32_t end;
  };

  Builder(Automaton& built, std::span<const std::string_view> all) : a(built), needles(all) {
    order.resize(needles.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(),
              [this](std::uint32_t x, std::uint32_t y) { return needles[x] < needles[y]; });
  }

  void AddNode(Range range, std::uint8_t label, std::uint32_t depth) {
    next_level.push_back(range);
    a.label_.push_back(label);
    a.depth_.push_back(depth);
    // A needle that ends here sorts before those that go on.
    const std::uint32_t first = order[range.begin];
    const bool ends = depth > 0 && needles[first].size() == depth;
    match.push_back(ends ? first : kNoNeedle);
  }

  void AddChildren(State node, Range rest) {
    a.first_child_.push_back(static_cast<State>(a.label_.size()));
    const std::uint32_t depth = a.depth_[node];
    if (match[node] != kNoNeedle) ++rest.begin;
    while (rest.begin < rest.end) {
      const char c = needles[order[rest.begin]][depth];
      std::uint32_t end = rest.begin + 1;
      while (end < rest.end && needles[order[end]][depth] == c) ++end;
      AddNode({rest.begin, end}, static_cast<std::uint8_t>(c), depth + 1);
      rest.begin = end;
    }
  }

  void Reserve() {
    std::size_t most = 1;
    for (std::string_view needle : needles) most += needle.size();
    match.reserve(most);
    a.label_.reserve(most);
    a.depth_.reserve(most);
    a.first_child_.reserve(most + 1);
  }

  void BuildTrie() {
    Reserve();
    AddNode({0, static_cast<std::uint32_t>(order.size())}, 0, 0);
    State node = 0;
    for (std::vector<Range> level; !next_level.empty();) {
      level.swap(next_level);
      next_level.clear();
      for (const Range& range : level) AddChildren(node++, range);
    }
    a.first_child_.push_back(static_cast<State>(a.label_.size()));
    for (State child = a.first_child_[kRoot]; child < a.first_child_[kRoot + 1]; ++child) {
      a.root_children_[a.label_[child]] = child;
    }
  }

  // The longest proper suffix of `node` that is a node at all.
  State SuffixOf(State node, State parent) const {
    return parent == kRoot ? kRoot : a.Next(a.shorter_[parent], a.label_[node]);
  }

  // Breadth first: every shorter suffix is done before it is needed.
  void LinkSuffixes() {
    a.shorter_.assign(a.label_.size(), kRoot);
    for (State parent = 0; parent < a.label_.size(); ++parent) {
      for (State node = a.first_child_[parent]; node < a.first_child_[parent + 1]; ++node) {
        const State suffix = SuffixOf(node, parent);
        a.shorter_[node] = a.LongestPartial(suffix);
        const std::uint32_t shorter = match[suffix];
        if (match[node] == kNoNeedle) {
          match[node] = shorter;
        } else {
          a.shorter_match_[match[node]] = shorter;
        }
      }
    }
  }

  // Backwards: children have higher numbers.
  void CollectOpenLengths() {
    a.open_lengths_.assign(a.label_.size(), 0);
    for (std::size_t parent = a.label_.size(); parent-- > 0;) {
      for (State node = a.first_child_[parent]; node < a.first_child_[parent + 1]; ++node) {
        const std::uint32_t needle = match[node];
        const bool ends = needle != kNoNeedle && a.lengths_[needle] == a.depth_[node];
        const std::uint8_t own = ends ? LengthBits(a.depth_[node]) : std::uint8_t{0};
        a.open_lengths_[parent] |= static_cast<std::uint8_t>(a.open_lengths_[node] | own);
      }
    }
  }

  void PackMatches() {
    const std::size_t words = match.size() / 64 + 1;
    a.has_match_.assign(words, 0);
    a.matches_before_.assign(words, 0);
    for (std::size_t node = 0; node < match.size(); ++node) {
      if (node % 64 == 0) {
        a.matches_before_[node / 64] = static_cast<std::uint32_t>(a.matches_.size());
      }
      if (match[node] == kNoNeedle) continue;
      a.has_match_[node / 64] |= std::uint64_t{1} << (node % 64);
      a.matches_.push_back(match[node]);
    }
  }

  Automaton& a;
  std::span<const std::string_view> needles;
  std::vector<std::uint32_t> order;
  std::vector<Range> next_level;     // by node, of one depth
  std::vector<std::uint32_t> match;  // by node
};

Automaton::Automaton(std::span<const std::string_view> needles) {
  shorter_match_.assign(needles.size(), kNoNeedle);
  for (std::string_view needle : needles) {
    lengths_.push_back(static_cast<std::uint32_t>(needle.size()));
    for (char c : needle) in_needles_[static_cast<unsigned char>(c)] = true;
  }
  if (needles.empty()) {  // a root alone
    first_child_ = {1, 1};
    label_ = open_lengths_ = {0};
    shorter_ = depth_ = {0};
    has_match_ = {0};
    matches_before_ = {0};
    return;
  }
  Builder builder(*this, needles);
  builder.BuildTrie();
  builder.LinkSuffixes();
  builder.CollectOpenLengths();
  builder.PackMatches();
}

Automaton::~Automaton() { injector::Wipe(label_.data(), label_.size()); }

Automaton::State Automaton::ChildAmong(State begin, State end, unsigned char byte) const {
  const std::uint8_t* labels = label_.data() + begin;
  const void* found = std::memchr(labels, byte, end - begin);
  if (found == nullptr) return kRoot;
  return begin + static_cast<State>(static_cast<const std::uint8_t*>(found) - labels);
}

std::size_t Automaton::memory_bytes() const {
  const std::size_t words = first_child_.capacity() + shorter_.capacity() + depth_.capacity() +
                            matches_before_.capacity() + matches_.capacity() + lengths_.capacity() +
                            shorter_match_.capacity();
  return words * sizeof(std::uint32_t) + has_match_.capacity() * sizeof(std::uint64_t) +
         label_.capacity() + open_lengths_.capacity() + sizeof(*this);
}

}  // namespace runner_shim
