#include "injector/sources/service/grant.h"

#include <gtest/gtest.h>

#include "injector/base/clock.h"
#include "injector/model/json.h"

namespace injector {
namespace {

struct EndRow {
  const char* members;
  const char* end;  // by our clock, at which it is noon
};

// The lender's clock may be hours from ours.
TEST(ParseGrant, SaysWhenALeaseEndsByOurClock) {
  const SystemTime noon(*ParseRfc3339("2026-06-01T12:00:00Z"));
  const EndRow rows[] = {
      {R"("expiresAt": "2026-06-01T12:15:00Z")", "2026-06-01T12:15:00Z"},
      {R"("expiresAt": "2026-06-01T03:15:00Z", "expiresInMs": 900000)", "2026-06-01T12:15:00Z"},
      {R"("expiresAt": "2026-06-01T12:15:00Z", "expiresInMs": 899990)", "2026-06-01T12:15:00Z"},
      {R"("expiresAt": "2026-06-01T23:15:00Z", "expiresInMs": 0)", "2026-06-01T12:00:00Z"},
      {R"("expiresAt": "2026-06-01T23:15:00Z", "expiresInMs": -9)", "2026-06-01T12:00:00Z"},
      // Nothing overflows.
      {R"("expiresAt": "9999-12-31T23:59:59Z")", "2027-06-02T12:00:00Z"},
      {R"("expiresAt": "2026-06-01T12:15:00Z", "expiresInMs": 9223372036854775807)",
       "2027-06-02T12:00:00Z"}};
  for (const EndRow& row : rows) {
    const std::string json = std::string(R"({"id": "i", "secret": "s", "revision": 1,)") +
                             R"("connections": [], "variables": [],)" + row.members + "}";
    const Result<JobGrant> grant = ParseGrant(ParseJson(json).value(), noon);
    ASSERT_TRUE(grant.ok()) << row.members;
    EXPECT_EQ(FormatRfc3339(grant->ticket.expires_at), row.end) << row.members;
  }
}

}  // namespace
}  // namespace injector
