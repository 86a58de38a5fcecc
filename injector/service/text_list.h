#pragma once
// Lists of names in a column: a JSON array.

#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"

namespace injector {

std::string EncodeTextList(const std::vector<std::string>& texts);
// kDataLoss for what EncodeTextList() does not write.
Result<std::vector<std::string>> DecodeTextList(std::string_view column);

}  // namespace injector
