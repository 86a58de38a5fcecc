#pragma once
// What has to be done so that the attachments at a service become those of a file. A pure function.

#include <span>
#include <string_view>
#include <vector>

#include "injector/cli/served/served_attachments.h"

namespace injector {

struct AttachmentChange {
  enum class Kind { kAttach, kRescope, kDetach };
  Kind kind = Kind::kAttach;
  ServedAttachment attachment;  // as it is to be; of kDetach as it is
};

// What to do with attachments that the file does not name.
enum class Unnamed { kKeep, kDetach };

// First what is added or changed, in the order of `wanted`, then what goes, in the order of
// `existing`. Requires: both are of the same repos, and each names a thing once.
std::vector<AttachmentChange> PlanAttachments(std::span<const ServedAttachment> wanted,
                                              std::span<const ServedAttachment> existing,
                                              Unnamed unnamed);

}  // namespace injector
