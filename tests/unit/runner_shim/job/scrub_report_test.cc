#include "runner_shim/job/scrub_report.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "injector/model/json.h"
#include "tests/support/temp_dir.h"

namespace runner_shim {
namespace {

using injector::testing::TempDir;

// The file's content on one line.
std::string Compact(const std::string& json) {
  return std::string(injector::WriteJson(*injector::ParseJson(json)).Reveal());
}

TEST(ScrubReport, SumsRunsByNameAndForm) {
  const TempDir directory;
  const auto report = ScrubReport::Start(directory / "report.json");
  ASSERT_TRUE(report.ok());
  const std::vector<ScrubCount> counts = {{"aws.prod.eu.secret_access_key", Form::kRaw, 2},
                                          {"mask-1", Form::kHex, 1},
                                          {"aws.prod.eu.secret_access_key", Form::kBase64, 3}};
  EXPECT_EQ(report->Finish(counts, {{"aws", "prod"}, {"aws", "prod.eu"}}, 7), 7);
  EXPECT_EQ(Compact(directory.Read("report.json")),
            R"({"format":"runner-shim.report","version":1,"complete":true,"runs":6,"secrets":[)"
            R"({"name":"aws.prod.eu.secret_access_key","connection":"@aws.prod.eu",)"
            R"("field":"secret_access_key","runs":5,"forms":{"raw":2,"base64":3}},)"
            R"({"name":"mask-1","runs":1,"forms":{"hex":1}}]})");
}

TEST(ScrubReport, AnEarlierOneIsReplacedAtTheStart) {
  const TempDir directory;
  directory.Write("report.json", "earlier");
  ASSERT_TRUE(ScrubReport::Start(directory / "report.json").ok());
  EXPECT_EQ(
      Compact(directory.Read("report.json")),
      R"({"format":"runner-shim.report","version":1,"complete":false,"runs":0,"secrets":[]})");
}

TEST(ScrubReport, WithoutAPathNothingIsWritten) {
  const auto report = ScrubReport::Start("");
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->Finish({}, {}, 0), 0);
}

TEST(ScrubReport, FollowsALinkToItsTarget) {
  const TempDir directory;
  ASSERT_EQ(::symlink("real.json", (directory / "link.json").c_str()), 0);
  ASSERT_TRUE(ScrubReport::Start(directory / "link.json").ok());
  EXPECT_NE(directory.Read("real.json").find("complete"), std::string::npos);
}

TEST(ScrubReport, WhatIsNoRegularFileStaysAsItIs) {
  const TempDir directory;
  ASSERT_EQ(::mkfifo((directory / "pipe").c_str(), 0600), 0);
  for (const std::string& path : {directory.path(), directory / "pipe", std::string("/dev/null")}) {
    const auto report = ScrubReport::Start(path);
    ASSERT_FALSE(report.ok()) << path;
    EXPECT_EQ(report.error().message(), path + ": not a regular file");
  }
}

TEST(ScrubReport, APlaceThatDoesNotExistIsAnErrorAtTheStart) {
  const TempDir directory;
  EXPECT_FALSE(ScrubReport::Start(directory / "none/report.json").ok());
}

TEST(ScrubReport, AFailureAtTheEndTurnsSuccessIntoFailure) {
  std::optional<TempDir> directory(std::in_place);
  const auto report = ScrubReport::Start(*directory / "report.json");
  ASSERT_TRUE(report.ok());
  directory.reset();
  EXPECT_EQ(report->Finish({}, {}, 0), 125);
  EXPECT_EQ(report->Finish({}, {}, 3), 3);
}

}  // namespace
}  // namespace runner_shim
