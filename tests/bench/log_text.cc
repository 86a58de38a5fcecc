#include "tests/bench/log_text.h"

#include <iterator>
#include <random>

namespace runner_shim::bench {
namespace {

// In a template, $w is a word, $n a number, $h a hexadecimal digest, $p a path, $v a version,
// $t a time, $e an ESC.
constexpr const char* kTemplates[] = {
    "[$n/$n] Building CXX object $p/CMakeFiles/$w.dir/$w_$w.cc.o",
    "$p/$w.cc:$n:$n: warning: unused parameter '$w' [-Wunused-parameter]",
    "  $n |   $w($w, $w->$w);",
    "      |        ^~~~~~~~",
    "npm WARN deprecated $w-$w@$v: this package is no longer supported, use $w instead",
    "added $n packages, and audited $n packages in $ns",
    "Collecting $w-$w>=$v (from -r requirements.txt (line $n))",
    "  Downloading $w_$w-$v-cp311-cp311-manylinux_2_17_x86_64.whl ($n kB)",
    "     ---------------------------------------- $n.$n/$n.$n MB $n.$n MB/s eta 0:00:$n",
    "Get:$n http://deb.debian.org/debian bookworm/main amd64 $w-$w amd64 $v [$n kB]",
    "Unpacking $w-$w ($v) over ($v) ...",
    "$p/$w_test.py::Test$w::test_$w_$w $e[32mPASSED$e[0m                              [ $n%]",
    "$p/$w_test.py::Test$w::test_$w $e[31mFAILED$e[0m                                  [ $n%]",
    "$e[1m$e[36m==> $w: $w $w$e[0m",
    "{\"time\":\"$t\",\"level\":\"info\",\"logger\":\"$w.$w\",\"msg\":\"$w $w "
    "$w\",\"id\":\"$h\",\"ms\":$n}",
    "{\"time\":\"$t\",\"level\":\"warn\",\"msg\":\"retrying\",\"attempt\":$n,\"url\":\"https://"
    "$w.$w/$w/$n\"}",
    "$t INFO  [$w-$n] c.$w.$w.$w - $w $w $w in $n ms",
    "$t ERROR [$w-$n] c.$w.$w.$w - failed to $w $w: connection reset",
    "\tat com.$w.$w.$w($w.java:$n)",
    "  File \"$p/$w.py\", line $n, in $w",
    "#$n sha256:$h $n.$nMB / $n.$nMB $n.$ns",
    "#$n extracting sha256:$h",
    "Step $n/$n : RUN $w --$w=$w $p && $w -$w $p",
    " ---> $h",
    "go: downloading github.com/$w/$w v$v",
    "ok  \tgithub.com/$w/$w/$w\t$n.$ns\tcoverage: $n.$n% of statements",
    "   Compiling $w-$w v$v",
    "remote: Counting objects: $n% ($n/$n)\rremote: Compressing objects: $n% ($n/$n)",
    "+ $w --$w $p --$w=$n",
    "$w: $w/$w $w $w; $w $w, $w $w ($w)",
    "",
};

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : random_(seed) {
    for (int i = 0; i < 3000; ++i) words_.push_back(MakeWord());
  }

  void AppendLine(std::string& out) {
    if (random_() % 400 == 0) {  // somebody prints a whole bundle
      for (int i = 0; i < 300; ++i) Fill("{\"$w\":\"$w\",\"$w\":$n},", out);
    }
    Fill(kTemplates[random_() % std::size(kTemplates)], out);
    out += '\n';
  }

 private:
  std::string MakeWord() {
    static const char* const kSyllables[] = {
        "con", "fig", "ser", "ver",  "tab", "le",  "run", "ner", "da",  "ta",  "st", "ream",
        "in",  "put", "ma",  "trix", "po",  "lic", "y",   "to",  "ken", "err", "or", "ing"};
    std::string word;
    for (std::size_t i = 1 + random_() % 4; i > 0; --i) {
      word += kSyllables[random_() % std::size(kSyllables)];
    }
    return word;
  }

  const std::string& Word() { return words_[random_() % words_.size()]; }
  std::string Number() { return std::to_string(random_() % (random_() % 3 == 0 ? 10000 : 100)); }

  void Fill(const char* pattern, std::string& out) {
    for (; *pattern != '\0'; ++pattern) {
      if (*pattern != '$') {
        out += *pattern;
        continue;
      }
      switch (*++pattern) {
        case 'w':
          out += Word();
          break;
        case 'n':
          out += Number();
          break;
        case 'h':
          for (int i = 0; i < 40; ++i) out += "0123456789abcdef"[random_() % 16];
          break;
        case 'p':
          out += "/" + Word() + "/" + Word() + "/" + Word();
          break;
        case 'v':
          out += Number() + "." + Number() + "." + Number();
          break;
        case 't':
          out += "2026-01-31T08:05:" + Number() + "." + Number() + "Z";
          break;
        default:
          out += '\x1b';
      }
    }
  }

  std::mt19937_64 random_;
  std::vector<std::string> words_;
};

}  // namespace

std::string LogText(std::size_t size, std::uint64_t seed) {
  Writer writer(seed);
  std::string text;
  while (text.size() < size) writer.AppendLine(text);
  text.resize(size);
  return text;
}

std::string ColouredText(std::size_t size, std::uint64_t seed) {
  Writer writer(seed);
  std::string text;
  while (text.size() < size) {
    text += "\x1b[2m08:05\x1b[0m \x1b[1;32m";
    writer.AppendLine(text);
    text.insert(text.size() - 1, "\x1b[0m");
  }
  text.resize(size);
  return text;
}

std::vector<std::string> SecretValues(std::size_t count, std::size_t length, std::uint64_t seed) {
  constexpr char kSymbols[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  std::mt19937_64 random(seed);
  std::vector<std::string> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t size = i == 0 ? length : length + random() % (2 * length + 1);
    while (values[i].size() < size) values[i] += kSymbols[random() % (sizeof(kSymbols) - 1)];
  }
  return values;
}

}  // namespace runner_shim::bench
