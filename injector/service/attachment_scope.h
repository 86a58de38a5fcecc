#pragma once

#include <string>
#include <vector>

namespace injector {

// For which jobs of a repo an attachment is.
struct AttachmentScope {
  std::vector<std::string> environments;  // empty: whatever the environment
  bool protected_only = false;
  friend bool operator==(const AttachmentScope&, const AttachmentScope&) = default;
};

}  // namespace injector
