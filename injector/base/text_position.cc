#include "injector/base/text_position.h"

namespace injector {

TextPosition TextPosition::After(std::string_view text) const {
  TextPosition after = *this;
  for (const char c : text) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    if (c == '\n') {
      after = {.line = after.line + 1, .column = 1};
    } else if (!continues) {
      ++after.column;
    }
  }
  return after;
}

Error ErrorAt(const std::string& name, TextPosition position, std::string_view message) {
  return Error(ErrorCode::kInvalidArgument, name + ":" + std::to_string(position.line) + ":" +
                                                std::to_string(position.column) + ": " +
                                                std::string(message));
}

std::string FileFinding::In(const std::string& name) const {
  return ErrorAt(name, position, message).message();
}

}  // namespace injector
