#pragma once
// The semantics of scrubbing written the slow way: find every needle in both readings of the whole
// text, take the union, mask it. What the scrubber does must equal this, however the text comes in.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runner_shim::naive {

struct Needle {
  std::string bytes;     // without line ends
  std::string stripped;  // without escape sequences either
  std::size_t shortest = 1;
  std::size_t secret = 0;
  // Occurrences that begin before here do not count: the needle was added when so much of the
  // stream was written.
  std::size_t counts_from = 0;
};

// The needles of `values` in the order in which they win ties; of equal ones the first.
std::vector<Needle> NeedlesOf(const std::vector<std::string>& values, std::size_t min_length);

// For each byte of a text: whether it is covered and, if it begins a run, the needle that owns the
// run.
struct Cover {
  std::vector<bool> covered;
  std::vector<std::optional<std::size_t>> owner;  // index of a needle, at the first byte of a run
};

enum class Ending { kEndOfStream, kMoreToCome };

// With kMoreToCome needles cut off by the end do not count.
Cover CoverOf(std::string_view text, const std::vector<Needle>& needles,
              Ending ending = Ending::kEndOfStream);

// The first `length` bytes of `text`, runs masked. `names`, if any, are put in place of {name}.
std::string Render(std::string_view text, const Cover& cover, std::size_t length,
                   std::string_view mask, const std::vector<Needle>& needles);

// The first byte of `text` whose fate depends on what follows, text.size() if none does: by trying
// continuations that complete, or fail to complete, every needle and escape sequence. With
// `name_counts` also the first byte of a run whose owner's secret depends on it.
std::size_t FirstUndecided(std::string_view text, const std::vector<Needle>& needles,
                           bool name_counts);

}  // namespace runner_shim::naive
