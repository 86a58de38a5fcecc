#include "tests/unit/runner_shim/scrub/naive_scrub.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <tuple>

#include "runner_shim/scrub/forms.h"
#include "runner_shim/scrub/parts.h"

namespace runner_shim::naive {
namespace {

constexpr std::size_t kMostSkipped = 8192;  // in a row, within an occurrence

bool IsLineEnd(char c) { return c == '\n' || c == '\r'; }
bool InRange(char c, int from, int to) {
  const int byte = static_cast<unsigned char>(c);
  return byte >= from && byte <= to;
}

// The length of the escape sequence at the beginning of `text`; 0 if there is none.
std::size_t EscapeLength(std::string_view text) {
  if (text.size() < 2 || text[0] != '\x1b') return 0;
  std::size_t i = 1;
  const auto skip = [&](int from, int to) {
    while (i < text.size() && InRange(text[i], from, to)) ++i;
  };
  if (text[1] == ']') {
    while (i < text.size() && text[i] != '\x07' && text[i] != '\x1b') ++i;
    if (i == text.size()) return 0;
    if (text[i] == '\x1b' && text.substr(i + 1, 1) != "\\") return 0;
    const std::size_t length = i + (text[i] == '\x07' ? 1 : 2);
    return length <= 4096 ? length : 0;
  }
  if (text[1] == '[') {
    ++i;
    skip(0x30, 0x3f);
    skip(0x20, 0x2f);
    return i < text.size() && InRange(text[i], 0x40, 0x7e) && i < 64 ? i + 1 : 0;
  }
  skip(0x20, 0x2f);
  return i > 1 && i < text.size() && InRange(text[i], 0x30, 0x7e) && i < 64 ? i + 1 : 0;
}

std::vector<bool> Escapes(std::string_view text) {
  std::vector<bool> inside(text.size(), false);
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = EscapeLength(text.substr(i));
    std::fill_n(inside.begin() + static_cast<std::ptrdiff_t>(i), length, true);
    i += std::max<std::size_t>(length, 1);
  }
  return inside;
}

bool IsRepetition(std::string_view s) {
  for (std::size_t period = 1; period <= 4; ++period) {
    if (s.substr(std::min(period, s.size())) == s.substr(0, s.size() - std::min(period, s.size())))
      return true;
  }
  return false;
}

struct Found {
  std::size_t start;
  std::size_t end;
  std::size_t needle;
  std::size_t cover_from;
  const std::vector<bool>* skipped;
};

// One reading: which bytes it skips, and what is left.
struct Skipping {
  Skipping(std::string_view text, std::vector<bool> skip) : skipped(std::move(skip)) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (skipped[i]) continue;
      position.push_back(i);
      visible += text[i];
    }
  }

  // The occurrence of `count` bytes of a needle of `length` at visible byte `at`.
  std::optional<Found> At(std::size_t at, std::size_t count, std::size_t length) const {
    Found found{position[at], position[at + count - 1] + 1, 0, position[at], &skipped};
    for (std::size_t i = at + 1; i < at + count; ++i) {
      if (position[i] - position[i - 1] > kMostSkipped + 1) return std::nullopt;
    }
    for (std::size_t i = found.start; i < found.end; ++i) {
      if (!skipped[i]) continue;
      if (length < 8) return std::nullopt;
      const std::size_t head = i - found.start;
      if (head <= 3 && head * 4 < length) found.cover_from = i;
      break;
    }
    return found;
  }

  std::vector<bool> skipped;
  std::vector<std::size_t> position;
  std::string visible;
};

void FindIn(const Skipping& reading, std::string_view bytes, const Needle& needle,
            std::size_t index, Ending ending, std::vector<Found>& all) {
  const auto add = [&](std::size_t at, std::size_t count) {
    std::optional<Found> found = reading.At(at, count, bytes.size());
    if (!found || found->start < needle.counts_from) return;
    found->needle = index;
    all.push_back(*found);
  };
  const std::string_view text = reading.visible;
  for (std::size_t at = text.find(bytes); at != text.npos; at = text.find(bytes, at + 1)) {
    add(at, bytes.size());
  }
  if (ending == Ending::kMoreToCome || bytes.size() < 17 || IsRepetition(bytes)) return;
  const std::size_t enough = std::max<std::size_t>(16, (3 * bytes.size() + 3) / 4);
  for (std::size_t count = bytes.size() - 1; count >= enough; --count) {
    if (!text.ends_with(bytes.substr(0, count))) continue;
    add(text.size() - count, count);
    // A longer one that began too early does not hide this one.
    if (reading.position[text.size() - count] >= needle.counts_from) return;
  }
}

std::vector<Found> FindAll(const std::vector<Needle>& needles, Ending ending, const Skipping& lines,
                           const Skipping& both) {
  std::vector<Found> all;
  for (std::size_t i = 0; i < needles.size(); ++i) {
    const Needle& needle = needles[i];
    if (needle.bytes.size() < needle.shortest) continue;
    FindIn(lines, needle.bytes, needle, i, ending, all);
    if (needle.stripped.size() < needle.shortest) continue;
    FindIn(both, needle.stripped, needle, i, ending, all);
  }
  return all;
}

}  // namespace

std::vector<Needle> NeedlesOf(const std::vector<std::string>& values, std::size_t min_length) {
  std::vector<Needle> needles;
  std::set<std::string> seen;
  for (std::size_t secret = 0; secret < values.size(); ++secret) {
    std::vector<std::string> todo = {values[secret]};
    for (std::size_t i = 0; i < todo.size(); ++i) {
      const std::string value = todo[i];
      if (CountedLength(value) < std::max<std::size_t>(min_length, 1)) continue;
      for (const FormOfValue& form : FormsOf(value)) {
        const std::string bytes(form.bytes.Reveal());
        if (!seen.insert(bytes).second) continue;
        const Skipping stripped(bytes, Escapes(bytes));
        needles.push_back({bytes, stripped.visible, min_length, secret, 0});
      }
      for (const injector::Secret& part : PartsOf(value, UrlPath::kSecret)) {
        if (part.Reveal() != value) todo.emplace_back(part.Reveal());
      }
    }
  }
  return needles;
}

Cover CoverOf(std::string_view text, const std::vector<Needle>& needles, Ending ending) {
  std::vector<bool> line_ends(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) line_ends[i] = IsLineEnd(text[i]);
  std::vector<bool> either = Escapes(text);
  for (std::size_t i = 0; i < text.size(); ++i) either[i] = either[i] || line_ends[i];
  const Skipping lines(text, line_ends);
  const Skipping both(text, either);
  const std::vector<Found> all = FindAll(needles, ending, lines, both);

  Cover cover{std::vector<bool>(text.size()), std::vector<std::optional<std::size_t>>(text.size())};
  for (const Found& found : all) {
    for (std::size_t i = found.cover_from; i < found.end; ++i) {
      if (!(*found.skipped)[i]) cover.covered[i] = true;
    }
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!cover.covered[i] || (i > 0 && cover.covered[i - 1])) continue;
    auto best = std::tuple(SIZE_MAX, SIZE_MAX, SIZE_MAX);
    for (const Found& found : all) {
      if (found.cover_from > i || found.end <= i || (*found.skipped)[i]) continue;
      best = std::min(best, std::tuple(found.start, found.end, found.needle));
    }
    cover.owner[i] = std::get<2>(best);
  }
  return cover;
}

std::string Render(std::string_view text, const Cover& cover, std::size_t length,
                   std::string_view mask, const std::vector<Needle>& needles) {
  std::string out;
  for (std::size_t i = 0; i < length; ++i) {
    if (!cover.covered[i]) {
      out += text[i];
    } else if (cover.owner[i]) {
      std::string shown(mask);
      const std::size_t at = shown.find("{name}");
      if (at != shown.npos) {
        shown.replace(at, 6, "s" + std::to_string(needles[*cover.owner[i]].secret));
      }
      out += shown;
    }
  }
  return out;
}

std::size_t FirstUndecided(std::string_view text, const std::vector<Needle>& needles,
                           bool name_counts) {
  const std::string whole(text);
  const Cover first = CoverOf(text, needles);
  std::size_t undecided = text.size();
  const auto compare = [&](const std::string& continuation) {
    const Cover other = CoverOf(whole + continuation, needles);
    for (std::size_t i = 0; i < undecided; ++i) {
      bool differs = first.covered[i] != other.covered[i];
      if (name_counts && !differs && first.owner[i]) {
        differs = needles[*first.owner[i]].secret != needles[*other.owner[i]].secret;
      }
      if (differs) undecided = i;
    }
  };
  std::set<std::string> suffixes = {""};
  for (const Needle& needle : needles) {
    for (const std::string& bytes : {needle.bytes, needle.stripped}) {
      // Only what a partial match at the end of the text leaves to be done.
      for (std::size_t i = 1; i < bytes.size(); ++i) suffixes.insert(bytes.substr(i));
    }
  }
  // What ends, or refutes, an escape sequence that is under way.
  for (const char* before : {"", "m", "[m", "\x07", "\\", "\n", "\x1b\n", "\x01"}) {
    for (const std::string& suffix : suffixes) {
      compare(before + suffix);
      compare(before + suffix + "\x01");
    }
  }
  return undecided;
}

}  // namespace runner_shim::naive
