#include "injector/cli/served/attachment_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace injector {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = AttachmentChange::Kind;

ServedAttachment Of(const std::string& id, std::vector<std::string> environments = {},
                    bool protected_only = false) {
  return {.kind = AttachedKind::kConnection,
          .repo = "web",
          .id = id,
          .name = "@aws." + id,
          .environments = std::move(environments),
          .protected_only = protected_only};
}

std::vector<std::pair<Kind, std::string>> Plan(const std::vector<ServedAttachment>& wanted,
                                               const std::vector<ServedAttachment>& existing,
                                               Unnamed unnamed = Unnamed::kKeep) {
  std::vector<std::pair<Kind, std::string>> plan;
  for (const AttachmentChange& change : PlanAttachments(wanted, existing, unnamed)) {
    plan.emplace_back(change.kind, change.attachment.id);
  }
  return plan;
}

TEST(AttachmentPlanTest, DoesNothingWhereAllIsSo) {
  EXPECT_THAT(Plan({Of("a", {"x", "y"}, true)}, {Of("a", {"y", "x"}, true)}, Unnamed::kDetach),
              IsEmpty());
}

TEST(AttachmentPlanTest, AttachesWhatIsMissingAndChangesScopes) {
  EXPECT_THAT(Plan({Of("a"), Of("b", {"x"}), Of("c", {}, true)}, {Of("b"), Of("c")}),
              ElementsAre(std::pair(Kind::kAttach, "a"), std::pair(Kind::kRescope, "b"),
                          std::pair(Kind::kRescope, "c")));
}

TEST(AttachmentPlanTest, DetachesOnlyWhenAskedTo) {
  EXPECT_THAT(Plan({}, {Of("a")}), IsEmpty());
  EXPECT_THAT(Plan({Of("b")}, {Of("a"), Of("b")}, Unnamed::kDetach),
              ElementsAre(std::pair(Kind::kDetach, "a")));
}

TEST(AttachmentPlanTest, TellsRepoAndKindApart) {
  ServedAttachment elsewhere = Of("a");
  elsewhere.repo = "docs";
  ServedAttachment variable = Of("a");
  variable.kind = AttachedKind::kVariable;
  EXPECT_EQ(Plan({Of("a")}, {elsewhere, variable}).size(), 1U);
}

}  // namespace
}  // namespace injector
