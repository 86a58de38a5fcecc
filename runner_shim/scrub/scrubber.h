#pragma once
// Scrubber: a stream in, the same stream without secrets out. One for each stream; not for use by
// two threads at once.
//
// A byte is *undecided* while some continuation of the stream would cover it and another would not.
// Everything before the first undecided byte is handed on at once, nothing behind it is, and the
// mask of a run of covered bytes goes out as soon as the run's first byte is decided (and, where
// the mask shows a name, that name). So the output does not depend on how the stream was cut into
// pieces, and nothing waits that need not.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner_shim/process/stream_filter.h"
#include "runner_shim/scrub/escape.h"
#include "runner_shim/scrub/needle_set.h"
#include "runner_shim/scrub/reading.h"
#include "runner_shim/scrub/sliding_queue.h"
#include "runner_shim/scrub/suspect_finder.h"

namespace runner_shim {

// How many runs of the output were replaced for one secret in one form.
struct ScrubCount {
  std::string name;
  Form form;
  std::uint64_t runs;
};

class Scrubber final : public StreamFilter {
 public:
  explicit Scrubber(std::shared_ptr<const NeedleSet> needles);
  ~Scrubber() override;
  Scrubber(const Scrubber&) = delete;
  Scrubber& operator=(const Scrubber&) = delete;

  void Feed(std::string_view bytes, std::string& out) override;
  void Finish(std::string& out) override;

  // For a terminal whose user waits: shows of a partial match what may be shown early, at most its
  // first 3 bytes and less than a quarter of it. If it is completed after all, the rest is masked.
  void ShowIdle(std::string& out) override;

  // From now on `needles` count, which must have been made by With() from those in use. New ones
  // count for every occurrence of which no byte has been written. May write what is decided now.
  void Adopt(std::shared_ptr<const NeedleSet> needles, std::string& out);

  // Bytes taken and not yet decided.
  std::size_t held() const { return static_cast<std::size_t>(end_ - written_); }
  bool masked_anything() const { return !counts_.empty(); }
  // In the order of the secrets, then of the forms. Final after Finish().
  std::vector<ScrubCount> Counts() const;

 private:
  // One set of needles at work. After Adopt() the old set stays until nothing that began before is
  // open.
  struct Generation {
    Generation(std::shared_ptr<const NeedleSet> set, std::uint64_t position)
        : needles(std::move(set)),
          lines(needles->lines().automaton(), position),
          escapes(needles->escapes().automaton(), position) {}

    std::shared_ptr<const NeedleSet> needles;
    Reading lines;    // skips line ends
    Reading escapes;  // skips line ends and escape sequences
    // Without escape bytes in the needles, `lines` can find what `escapes` does not only where an
    // escape sequence is near; elsewhere it sleeps.
    bool lines_awake = true;
    // What began before these visible bytes has to be followed; no needle that began later does so
    // without the finder having said so.
    std::uint64_t lines_from = 0;
    std::uint64_t escapes_from = 0;
    std::uint64_t retire_before = UINT64_MAX;  // done when nothing older than this is open
  };
  enum class Kind { kLines, kEscapes, kGuess };
  // Where a walk stands in the occurrences of one reading.
  struct Track {
    const SlidingQueue<Occurrence>* found;
    const Matcher* matcher;
    Kind kind;
    std::size_t next;
  };
  struct OpenRange {
    OpenMatch match;
    Kind kind;
  };
  struct EscapeSequence {
    std::uint64_t begin;
    std::uint64_t end;
  };
  struct Owner {
    std::uint64_t start;
    std::uint64_t end;
    std::uint32_t order;
    // clang-tidy 14 takes the comparison with 0 inside for one with a pointer.
    // NOLINTNEXTLINE(modernize-use-nullptr)
    auto operator<=>(const Owner&) const = default;
  };
  struct Tally {
    std::size_t secret;
    Form form;
    std::uint64_t runs;
  };
  // Walks the stream forwards and tells what is covered.
  class Walker;

  void Take(std::string_view bytes, std::string& out);
  void Judge(std::string_view bytes, std::size_t place);
  std::size_t SkipToSuspect(std::size_t place);
  bool IsSuspect(std::size_t place);
  std::size_t FollowText(std::string_view bytes, std::size_t place);
  std::size_t TakeText(Reading& reading, std::string_view bytes, std::size_t place);
  bool IsQuiet() const;
  static void Mark(Generation& generation);
  EscapeParser::Event FeedByte(unsigned char byte);
  bool TakeBackSequence();
  void LetLinesSleep();
  void FeedText(Reading& reading, unsigned char byte) const;
  void FeedLines(Generation& generation, unsigned char byte, EscapeParser::Event event);
  void KeepRest();
  void FollowEscapes(Reading& reading, unsigned char byte, EscapeParser::Event event);
  void TrackPending(EscapeParser::Event event);
  void Cut(Reading& reading, const Matcher& matcher);
  void Replay(Generation& generation);
  bool IsRetired(const Generation& generation) const;
  void RetireGenerations();
  void CollectOpen();
  void Emit(std::string& out);
  bool HasFound() const;
  std::uint64_t FirstThatMayBeCovered() const;
  std::uint64_t FirstUndecided();
  std::uint64_t FirstOpen(std::uint64_t first) const;
  bool IsOpen(std::uint64_t position, Walker& walker) const;
  void Render(std::uint64_t end, std::string& out);
  std::uint64_t FindLineEnd(std::uint64_t begin, std::uint64_t end) const;
  bool IsSettled(std::uint64_t run, const Owner& owner, Walker& walker) const;
  void AppendMask(const Owner& owner, std::string& out) const;
  void SettleRuns();
  void Count(const Owner& owner);
  void Forget();
  bool MayShowEarly(std::uint64_t position, Walker& walker) const;
  unsigned char ByteAt(std::uint64_t position) const;
  std::string_view BytesFrom(std::uint64_t begin, std::uint64_t end) const;
  void AppendBytes(std::uint64_t begin, std::uint64_t end, std::string& out) const;
  const NeedleSet& needles() const { return *generations_.back()->needles; }

  std::vector<std::unique_ptr<Generation>> generations_;  // the last one is current
  EscapeParser parser_;
  std::optional<std::uint64_t> pending_;      // where the sequence under way began
  std::optional<std::uint64_t> maybe_other_;  // the ESC that ends it or begins another
  SlidingQueue<EscapeSequence> sequences_;    // finished ones
  std::string held_;                          // the stream from held_from_ to chunk_from_
  std::uint64_t held_from_ = 0;
  std::string_view chunk_;  // and from there to end_ and further, while Feed() runs
  std::uint64_t chunk_from_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t end_ = 0;
  bool in_run_ = false;  // the byte before written_ is covered
  std::vector<OpenRange> open_;
  std::vector<Track> tracks_;  // the present Walker's
  SuspectFinder finder_;
  std::size_t judged_from_ = 0;  // what of the present slice it has judged
  std::size_t judged_to_ = 0;
  std::size_t next_suspect_ = 0;
  SlidingQueue<std::uint64_t> unsettled_;  // first bytes of runs whose owner is not final
  std::vector<Tally> counts_;              // sorted
};

}  // namespace runner_shim
