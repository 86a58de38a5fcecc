#include "runner_shim/job/dry_run.h"

#include <gtest/gtest.h>

namespace runner_shim {
namespace {

using Action = injector::EnvironmentChange::Action;

TEST(DescribeDryRun, ShowsSourcesVariablesFilesAndNotesInColumns) {
  injector::InjectionPlan plan;
  plan.variables.push_back(
      {.action = Action::kSet, .name = "PGHOST", .origin = "postgres.db.host", .shown = "h"});
  plan.variables.push_back({.action = Action::kOverwrite,
                            .name = "PGPASSWORD",
                            .origin = "postgres.db.password",
                            .secret = true,
                            .shown = "***"});
  plan.variables.push_back(
      {.action = Action::kRemove, .name = "PGSERVICE", .origin = "postgres.db", .shown = ""});
  plan.files.push_back({.path = "<private directory>/ca.pem", .size = 12, .origin = "postgres.db"});
  plan.notes.emplace_back("a note");
  EXPECT_EQ(DescribeDryRun({"file:/store"}, {}, plan), R"(sources, in this order:
  file:/store
environment:
  set        PGHOST=h        postgres.db.host
  overwrite  PGPASSWORD=***  postgres.db.password
  remove     PGSERVICE       postgres.db
files:
  <private directory>/ca.pem  12 bytes  postgres.db
notes:
  a note
)");
}

TEST(DescribeDryRun, ControlCharactersCannotForgeRows) {
  injector::InjectionPlan plan;
  plan.variables.push_back({.action = Action::kSet,
                            .name = "PGHOST",
                            .origin = "postgres.db.host",
                            .shown = "h\n  set  PATH=/evil\x1b[31m"});
  EXPECT_EQ(DescribeDryRun({}, {}, plan),
            "environment:\n  set  PGHOST=h\\n  set  PATH=/evil\\x1b[31m  postgres.db.host\n");
}

TEST(DescribeDryRun, SaysWhenThereIsNothing) {
  EXPECT_EQ(DescribeDryRun({}, {}, {}),
            "nothing is asked for: the command gets its environment as it is\n");
}

}  // namespace
}  // namespace runner_shim
