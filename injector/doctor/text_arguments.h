#pragma once
// Texts for libraries of C: ended by a NUL byte, wiped when they go.

#include <deque>
#include <string>
#include <string_view>

#include "injector/base/secret.h"

namespace injector::doctor {

class TextArguments {
 public:
  TextArguments() = default;
  TextArguments(const TextArguments&) = delete;
  TextArguments& operator=(const TextArguments&) = delete;
  ~TextArguments() {
    for (std::string& text : texts_) Wipe(text);
  }

  // Valid while this object lives. nullptr for an empty text: not given.
  const char* Add(std::string_view text) {
    return text.empty() ? nullptr : texts_.emplace_back(text).c_str();
  }

 private:
  std::deque<std::string> texts_;  // whose elements stay where they are
};

}  // namespace injector::doctor
