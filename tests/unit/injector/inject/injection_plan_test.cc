#include "injector/inject/injection_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::JobUnderTest;

InjectionPlan Plan(const JobUnderTest& job, std::string_view inherited) {
  std::vector<Secret> environment;
  environment.push_back(Secret::CopyOf(inherited));
  const Injection injection = job.Injected();
  const Result<JobEnvironment> assembled = AssembleEnvironment(
      environment, injection, {.on_conflict = OnConflict::kKeep, .files_directory = "/private"});
  return PlanOf(injection, *assembled, "/private");
}

TEST(InjectionPlanTest, ShowsFilesAndLinksWithTheirPlaces) {
  const InjectionPlan plan =
      Plan(JobUnderTest()
               .With("docker.reg", R"({"registry": "a.io", "login": "u", "password": "canary"})")
               .WithoutUserConfiguration(UserConfigurationKind::kDockerConfig,
                                         "/home/u/.docker/config.json"),
           "A=1");
  ASSERT_EQ(plan.files.size(), 1u);
  EXPECT_EQ(plan.files[0].path, "/private/docker/config.json");
  EXPECT_EQ(plan.files[0].origin, "docker.reg");
  EXPECT_GT(plan.files[0].size, 0u);
  ASSERT_EQ(plan.links.size(), 2u);
  EXPECT_EQ(plan.links[0].path, "/private/docker/cli-plugins");
}

TEST(InjectionPlanTest, HoldsNoSecretValue) {
  const InjectionPlan plan = Plan(JobUnderTest()
                                      .With("postgres.db", R"({"host": "h", "password": "canary"})")
                                      .With("generic.x", R"({"url": "https://u:canary@h"})")
                                      .With("http.y", R"({"token": "canary", "host": "h"})")
                                      .WithSecretVariable("pin", "canary"),
                                  "PGPASSWORD=canary2");
  EXPECT_GE(plan.variables.size(), 7u);
  for (const EnvironmentChange& change : plan.variables) {
    EXPECT_THAT(change.shown, Not(HasSubstr("canary"))) << change.name;
  }
}

TEST(InjectionPlanTest, SaysWhatIsMixedWhenAValueIsKept) {
  const InjectionPlan plan = Plan(
      JobUnderTest().With("postgres.db", R"({"host": "h", "password": "ours"})"), "PGPASSWORD=x");
  EXPECT_THAT(plan.notes, Contains(HasSubstr("PGPASSWORD keeps its inherited value")));
}

}  // namespace
}  // namespace injector
