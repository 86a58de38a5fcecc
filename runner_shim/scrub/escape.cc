#include "runner_shim/scrub/escape.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace runner_shim {
namespace {

constexpr unsigned char kEsc = 0x1B;
constexpr unsigned char kBel = 0x07;
constexpr std::size_t kCsiLimit = 64;
constexpr std::size_t kNfLimit = 64;
constexpr std::size_t kOscLimit = 4096;

constexpr bool IsIntermediate(unsigned char byte) { return byte >= 0x20 && byte <= 0x2F; }
constexpr bool IsParameter(unsigned char byte) { return byte >= 0x30 && byte <= 0x3F; }
constexpr bool IsCsiFinal(unsigned char byte) { return byte >= 0x40 && byte <= 0x7E; }
constexpr bool IsNfFinal(unsigned char byte) { return byte >= 0x30 && byte <= 0x7E; }

// The length of a CSI with at most 7 bytes of parameters and no intermediates; 0 if there is none.
// All parameters are looked at at once, in the order of a little-endian machine.
std::size_t ShortCsiLength(std::string_view text) {
  std::uint64_t bytes;
  if (text.size() < 2 + sizeof(bytes) || text[1] != '[') return 0;
  std::memcpy(&bytes, text.data() + 2, sizeof(bytes));
  // Parameters are 0x30 to 0x3F.
  const std::uint64_t others = (bytes ^ 0x3030303030303030) & 0xF0F0F0F0F0F0F0F0;
  if (others == 0) return 0;
  const auto count = static_cast<std::size_t>(std::countr_zero(others)) / 8;
  return IsCsiFinal(static_cast<unsigned char>(text[2 + count])) ? 3 + count : 0;
}

}  // namespace

EscapeParser::Event EscapeParser::Feed(unsigned char byte) {
  ++length_;
  switch (state_) {
    case State::kText:
      if (byte != kEsc) return Event::kText;
      state_ = State::kEscape;
      length_ = 1;
      return Event::kStarted;
    case State::kEscape:
      return FeedEscape(byte);
    case State::kNf:
      return FeedNf(byte);
    case State::kCsiParameters:
    case State::kCsiIntermediates:
      return FeedCsi(byte);
    case State::kOsc:
      return FeedOsc(byte);
    case State::kOscEscape:
      return FeedOscEscape(byte);
  }
  return Event::kText;
}

EscapeParser::Event EscapeParser::FeedEscape(unsigned char byte) {
  if (byte == '[') return Continue(State::kCsiParameters, kCsiLimit);
  if (byte == ']') return Continue(State::kOsc, kOscLimit);
  if (IsIntermediate(byte)) return Continue(State::kNf, kNfLimit);
  return Refute(byte);
}

EscapeParser::Event EscapeParser::FeedNf(unsigned char byte) {
  if (IsIntermediate(byte)) return Continue(State::kNf, kNfLimit);
  return IsNfFinal(byte) ? Finish() : Refute(byte);
}

EscapeParser::Event EscapeParser::FeedCsi(unsigned char byte) {
  if (state_ == State::kCsiParameters && IsParameter(byte)) return Continue(state_, kCsiLimit);
  if (IsIntermediate(byte)) return Continue(State::kCsiIntermediates, kCsiLimit);
  return IsCsiFinal(byte) ? Finish() : Refute(byte);
}

EscapeParser::Event EscapeParser::FeedOsc(unsigned char byte) {
  if (byte == kBel) return Finish();
  if (byte != kEsc) return Continue(State::kOsc, kOscLimit);
  if (length_ >= kOscLimit) return Refute(byte);
  state_ = State::kOscEscape;
  return Event::kMaybeEnd;
}

EscapeParser::Event EscapeParser::FeedOscEscape(unsigned char byte) {
  if (byte == '\\') return Finish();
  // The OSC is none; its last ESC stands as after any other byte.
  length_ = 2;
  const Event event = FeedEscape(byte);
  return event == Event::kInside ? Event::kResumed : event;
}

EscapeParser::Event EscapeParser::Finish() {
  state_ = State::kText;
  return Event::kFinished;
}

EscapeParser::Event EscapeParser::Refute(unsigned char byte) {
  length_ = 1;
  state_ = byte == kEsc ? State::kEscape : State::kText;
  return byte == kEsc ? Event::kRestarted : Event::kRefuted;
}

EscapeParser::Event EscapeParser::Continue(State state, std::size_t limit) {
  // One more byte, at least, has to follow.
  state_ = length_ < limit ? state : State::kText;
  return length_ < limit ? Event::kInside : Event::kRefuted;
}

std::optional<std::size_t> SequenceLength(std::string_view text) {
  using enum EscapeParser::Event;
  if (const std::size_t length = ShortCsiLength(text)) return length;  // mostly
  EscapeParser parser;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const EscapeParser::Event event = parser.Feed(static_cast<unsigned char>(text[i]));
    if (event == kFinished) return i + 1;
    if (event == kRefuted || event == kRestarted || event == kResumed) return 0;
  }
  return std::nullopt;
}

std::string StripEscapes(std::string_view text) {
  using enum EscapeParser::Event;
  std::string stripped;
  stripped.reserve(text.size());  // never grows: no copy of a secret is left behind
  EscapeParser parser;
  std::size_t sequence = 0;
  for (char c : text) {
    const EscapeParser::Event event = parser.Feed(static_cast<unsigned char>(c));
    if (event == kFinished) {
      stripped.resize(sequence);
      continue;
    }
    if (event == kStarted || event == kRestarted) sequence = stripped.size();
    if (event == kResumed) sequence = stripped.size() - 1;
    stripped += c;
  }
  return stripped;
}

}  // namespace runner_shim
