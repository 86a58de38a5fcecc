#include "injector/model/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "injector/base/utf8.h"

namespace injector {
namespace {

constexpr std::size_t kDepthLimit = 64;

// "line 3, column 12: <problem>" for the byte at `offset`. Columns count characters, from 1.
Error ErrorAt(std::string_view text, std::size_t offset, std::string_view problem) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  // npos + 1 is 0: without a newline the line begins with the text.
  const std::string_view row = before.substr(before.rfind('\n') + 1);
  const auto continuation_bytes = std::count_if(row.begin(), row.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
  });
  const std::size_t column = row.size() - static_cast<std::size_t>(continuation_bytes) + 1;
  return Error(ErrorCode::kInvalidArgument, "line " + std::to_string(line) + ", column " +
                                                std::to_string(column) + ": " +
                                                std::string(problem));
}

// What the library would let pass: it takes NUL for the end of the text.
Status CheckBytes(std::string_view text) {
  for (std::size_t offset = 0; offset < text.size();) {
    // Nearly all are ASCII, and every start of a job reads some ten thousand.
    if (const auto byte = static_cast<unsigned char>(text[offset]); byte > 0 && byte < 0x80) {
      ++offset;
      continue;
    }
    const std::optional<Utf8Char> character = DecodeUtf8(text.substr(offset));
    if (!character) return ErrorAt(text, offset, "invalid UTF-8");
    if (character->code_point == 0) return ErrorAt(text, offset, "a NUL byte");
    offset += character->length;
  }
  return {};
}

// Tells how far the library has read, which its callbacks do not say.
class CountingIterator {
 public:
  using difference_type = std::ptrdiff_t;
  using value_type = char;
  using pointer = const char*;
  using reference = const char&;
  using iterator_category = std::input_iterator_tag;

  CountingIterator(const char* at, std::size_t* consumed) : at_(at), consumed_(consumed) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*consumed_;
    return *this;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }
  friend bool operator!=(const CountingIterator& a, const CountingIterator& b) { return !(a == b); }

 private:
  const char* at_;
  std::size_t* consumed_;
};

// Builds the Value as the library reports it; `false` from a callback stops the parse.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return Add(Value()); }
  bool boolean(bool value) override { return Add(Value::Bool(value)); }
  bool number_integer(number_integer_t value) override { return AddInteger(value); }
  bool number_unsigned(number_unsigned_t value) override { return AddInteger(value); }
  bool number_float(number_float_t, const string_t& text) override {
    return Add(Value::Number(text));
  }
  bool string(string_t& text) override { return Add(Value::String(Secret::TakeFrom(text))); }
  // Only in the library's binary formats.
  bool binary(binary_t&) override { return false; }

  bool start_object(std::size_t) override { return Open({.is_map = true}); }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open({.is_map = false}); }
  bool end_array() override { return Close(); }
  bool key(string_t& name) override {
    if (!open_.back().names.insert(name).second) return Refuse("this member was named before");
    open_.back().pending_name = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    constexpr int kNumberOutOfRange = 406;
    syntax_error_end_ = position;
    return Refuse(error.id == kNumberOutOfRange ? "this number is out of range" : "not JSON here");
  }

  std::string_view problem() const { return problem_; }
  // How many bytes the library had read when it met a syntax error, 0 if it met none.
  std::size_t syntax_error_end() const { return syntax_error_end_; }
  Value TakeRoot() { return std::move(root_); }

 private:
  struct Container {
    bool is_map;
    std::string pending_name = {};
    std::unordered_set<std::string> names = {};
    std::vector<Value> items = {};
    std::vector<Value::Member> members = {};
  };

  template <typename Integer>
  bool AddInteger(Integer value) {
    return Add(Value::Number(std::to_string(value)));
  }

  bool Add(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (Container& container = open_.back(); container.is_map) {
      container.members.push_back({std::move(container.pending_name), std::move(value)});
    } else {
      container.items.push_back(std::move(value));
    }
    return true;
  }

  bool Open(Container container) {
    if (open_.size() == kDepthLimit) return Refuse("nested too deep (more than 64 levels)");
    open_.push_back(std::move(container));
    return true;
  }

  bool Close() {
    Container container = std::move(open_.back());
    open_.pop_back();
    return Add(container.is_map ? Value::Map(std::move(container.members))
                                : Value::List(std::move(container.items)));
  }

  bool Refuse(std::string_view problem) {
    problem_ = problem;
    return false;
  }

  std::vector<Container> open_;
  Value root_;
  std::string_view problem_;
  std::size_t syntax_error_end_ = 0;
};

}  // namespace

Result<Value> ParseJson(std::string_view text) {
  RETURN_IF_ERROR(CheckBytes(text));
  Builder builder;
  std::size_t consumed = 0;
  const CountingIterator begin(text.data(), &consumed);
  const CountingIterator end(text.data() + text.size(), &consumed);
  if (nlohmann::json::sax_parse(begin, end, &builder)) return builder.TakeRoot();

  const std::size_t read = builder.syntax_error_end() > 0 ? builder.syntax_error_end() : consumed;
  if (read > text.size()) return ErrorAt(text, text.size(), "the JSON text ends too early");
  return ErrorAt(text, read > 0 ? read - 1 : 0, builder.problem());
}

}  // namespace injector
