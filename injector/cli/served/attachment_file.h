#pragma once
// Attachments as code: the YAML file of `injector apply` (APPLY.md has the format).

#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/text_position.h"
#include "injector/cli/served/served_attachments.h"
#include "injector/model/reference.h"

namespace injector {

struct WantedAttachment {
  AttachedKind kind = AttachedKind::kConnection;
  Reference connection;  // of a connection: with an alias
  std::string key;       // of a variable
  std::vector<std::string> environments;
  bool protected_only = false;
  TextPosition position;
};

// All that is to be attached to one repo, or to the org (kWholeOrg).
struct WantedRepo {
  std::string repo;
  std::vector<WantedAttachment> attachments;
};

// `name` stands for the file in messages, which say line and column. kInvalidArgument.
Result<std::vector<WantedRepo>> ParseAttachmentFile(std::string_view text, const std::string& name);

}  // namespace injector
