#include "injector/cli/served/attachment_plan.h"

#include <algorithm>

namespace injector {
namespace {

using Kind = AttachmentChange::Kind;

std::vector<std::string> Sorted(std::vector<std::string> names) {
  std::ranges::sort(names);
  return names;
}

bool HasSameScope(const ServedAttachment& a, const ServedAttachment& b) {
  return a.protected_only == b.protected_only && Sorted(a.environments) == Sorted(b.environments);
}

// The one in `all` that is of the same thing; nullptr: none.
const ServedAttachment* Find(std::span<const ServedAttachment> all, const ServedAttachment& one) {
  const auto found = std::ranges::find_if(
      all, [&](const ServedAttachment& candidate) { return IsSameAttachment(candidate, one); });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::vector<AttachmentChange> PlanAttachments(std::span<const ServedAttachment> wanted,
                                              std::span<const ServedAttachment> existing,
                                              Unnamed unnamed) {
  std::vector<AttachmentChange> plan;
  for (const ServedAttachment& attachment : wanted) {
    const ServedAttachment* there = Find(existing, attachment);
    if (there == nullptr) {
      plan.push_back({Kind::kAttach, attachment});
    } else if (!HasSameScope(*there, attachment)) {
      plan.push_back({Kind::kRescope, attachment});
    }
  }
  if (unnamed == Unnamed::kKeep) return plan;
  for (const ServedAttachment& attachment : existing) {
    if (Find(wanted, attachment) == nullptr) plan.push_back({Kind::kDetach, attachment});
  }
  return plan;
}

}  // namespace injector
