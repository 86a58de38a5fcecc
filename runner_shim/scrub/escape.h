#pragma once
// Terminal escape sequences as the scrubber skips them (ECMA-48, xterm's ctlseqs):
//   CSI  ESC [ parameters intermediates final     at most 64 bytes in all
//   nF   ESC intermediates final                  at most 64 bytes in all
//   OSC  ESC ] text, ended by BEL or ESC \        at most 4,096 bytes in all
// Whatever does not finish as one of these is ordinary text.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace runner_shim {

// Recognises escape sequences one byte at a time.
class EscapeParser {
 public:
  enum class Event {
    kText,     // no sequence is under way; this byte belongs to none
    kStarted,  // this byte, an ESC, may begin a sequence
    kInside,   // a sequence is under way
    // An OSC is under way and this byte is an ESC: the first half of its end or, the OSC being
    // none, the beginning of another sequence.
    kMaybeEnd,
    kFinished,   // this byte completes the sequence
    kRefuted,    // the sequence is none, this byte included: all of it is text
    kRestarted,  // the sequence is none; this byte, an ESC, may begin another
    // The OSC is none. The ESC before this byte begins another sequence, still under way.
    kResumed,
  };

  Event Feed(unsigned char byte);

 private:
  enum class State { kText, kEscape, kNf, kCsiParameters, kCsiIntermediates, kOsc, kOscEscape };

  Event FeedEscape(unsigned char byte);
  Event FeedNf(unsigned char byte);
  Event FeedCsi(unsigned char byte);
  Event FeedOsc(unsigned char byte);
  Event FeedOscEscape(unsigned char byte);
  Event Finish();
  Event Refute(unsigned char byte);
  Event Continue(State state, std::size_t limit);

  State state_ = State::kText;
  std::size_t length_ = 0;
};

// Whether `byte`, behind an ESC, can go on with an escape sequence.
constexpr bool MayFollowEscape(char byte) {
  return byte == '[' || byte == ']' || (byte >= 0x20 && byte <= 0x2F);
}

// The length of the escape sequence that begins with the first byte of `text`, an ESC: 0 if it is
// none, nullopt if that depends on what follows.
std::optional<std::size_t> SequenceLength(std::string_view text);

// `text` without its escape sequences.
std::string StripEscapes(std::string_view text);

}  // namespace runner_shim
