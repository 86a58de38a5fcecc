// The filters of the log, by REST and by `injector service audit list | export`: all show what a
// naive filter over the whole log shows.

#include <gmock/gmock.h>

#include <functional>
#include <sstream>

#include "tests/integration/service/service_program.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

using Events = std::vector<Value>;

std::string Text(const Value& event, std::string_view member) {
  const Value* value = event.Find(member);
  return value == nullptr ? "" : std::string(value->ToText().Reveal());
}

std::vector<std::string> SequencesOf(const Events& events) {
  std::vector<std::string> sequences;
  for (const Value& event : events) sequences.push_back(Text(event, "sequence"));
  return sequences;
}

Events ItemsOf(const Value& list) {
  Events events;
  for (const Value& item : list.items()) events.push_back(item.Clone());
  return events;
}

struct Filter {
  std::string name;
  std::string value;
  std::function<bool(const Value& event)> fits;
};

class AuditFiltersTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  AuditFiltersTest() {
    aws_ = Make("aws", "acme%2Fweb");
    Make("other", "acme%2Fdocs");
    EXPECT_EQ(runner_.Post("/api/v1/repos/acme%2Fweb/grants", R"({"connections":["aws"]})").status,
              201);
    EXPECT_EQ(runner_.Get("/api/v1/tokens").status, 403);
  }

  std::string Make(const std::string& name, const std::string& repo) {
    const std::string id =
        admin_.Post("/api/v1/service-connections", AwsBody(name, "secret-0123")).At({"id"});
    const std::string body = R"({"connectionId":")" + id + "\"}";
    EXPECT_EQ(admin_.Post("/api/v1/repos/" + repo + "/service-connections", body).status, 201);
    return id;
  }

  Events ByRest(const std::string& query) {
    return ItemsOf(*admin_.Get("/api/v1/audit" + query).Json().Find("items"));
  }
  ProgramResult RunAudit(const std::string& command, std::vector<std::string> options) const {
    options.insert(options.begin(), {tests::Program("injector"), "service", "audit", command,
                                     "--org", "org-1", "--output", "json"});
    return RunProgram({.argv = std::move(options),
                       .environment = {"SERVICE_CONN_KEY=" + std::string(kServiceKey),
                                       "INJECTOR_SERVICE_DB=" + world_.database().url()},
                       .stdin_bytes = "",
                       .working_directory = ""});
  }
  Events ByProgram(std::vector<std::string> options) const {
    const ProgramResult listed = RunAudit("list", std::move(options));
    EXPECT_EQ(listed.exit_status, 0) << listed.err;
    Result<Value> json = ParseJson(listed.out);
    return json.ok() ? ItemsOf(*json) : Events();
  }

  // Newest first, as the others.
  Events ByExport(std::vector<std::string> options) const {
    const ProgramResult exported = RunAudit("export", std::move(options));
    EXPECT_EQ(exported.exit_status, 0) << exported.err;
    Events events;
    std::istringstream lines(exported.out);
    for (std::string line; std::getline(lines, line);) {
      events.insert(events.begin(), ParseJson(line).value());
    }
    return events;
  }

  // What each filter is to let through, said again in the simplest way.
  std::vector<Filter> Filters(const Events& all) const {
    const auto member_is = [](const char* member, const std::string& value) {
      return [member, value](const Value& event) { return Text(event, member) == value; };
    };
    // The token of the operator is a day older than everything that came by REST.
    const std::string time = Text(all.front(), "time");
    const std::string actor = Text(all.front(), "actor");
    return {
        {"actor", actor, member_is("actor", actor)},
        {"actor", "operator", member_is("actor", "operator")},
        {"actor", "nobody", member_is("actor", "nobody")},
        {"connection", aws_, member_is("connection", aws_)},
        {"repo", "acme/docs", member_is("repo", "acme/docs")},
        {"since", time, [time](const Value& event) { return Text(event, "time") >= time; }},
        {"until", time, [time](const Value& event) { return Text(event, "time") < time; }},
    };
  }

  ServiceWorld world_{GetParam()};
  const std::string org_ = world_.MakeOrg();
  ServiceClient admin_ = world_.Client(world_.Token(org_, {.role = Role::kAdmin}));
  ServiceClient runner_ =
      world_.Client(world_.Token(org_, {.role = Role::kRunner, .repos = {"acme/web"}}));
  std::string aws_;  // id of a connection
};

INSTANTIATE_TEST_SUITE_P(, AuditFiltersTest, kAllDatabases, DatabaseKindName());

TEST_P(AuditFiltersTest, ShowWhatANaiveFilterShows) {
  const Events all = ByRest("");
  ASSERT_THAT(all,
              SizeIs(9));  // an org, two tokens, two times made and attached, a grant, a denial
  EXPECT_EQ(SequencesOf(ByProgram({})), SequencesOf(all));
  for (const Filter& filter : Filters(all)) {
    Events expected;
    for (const Value& event : all) {
      if (filter.fits(event)) expected.push_back(event.Clone());
    }
    const std::string& name = filter.name;
    EXPECT_EQ(SequencesOf(ByRest("?" + name + "=" + filter.value)), SequencesOf(expected))
        << name << ' ' << filter.value;
    EXPECT_EQ(SequencesOf(ByProgram({"--" + name, filter.value})), SequencesOf(expected))
        << name << ' ' << filter.value;
    EXPECT_EQ(SequencesOf(ByExport({"--" + name, filter.value})), SequencesOf(expected))
        << name << ' ' << filter.value;
  }
}

TEST_P(AuditFiltersTest, GoTogether) {
  const Events granted = ByRest("?repo=acme/web&connection=" + aws_ + "&limit=1");
  ASSERT_THAT(granted, SizeIs(1));
  EXPECT_EQ(Text(granted.front(), "action"), "grant.create");
  EXPECT_THAT(ByProgram({"--repo", "acme/docs", "--connection", aws_}), SizeIs(0));
}

TEST_P(AuditFiltersTest, ATimeThatIsNoneIsRefused) {
  const Reply refused = admin_.Get("/api/v1/audit?since=yesterday");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("since: expected a time"));
  EXPECT_EQ(RunAudit("list", {"--until", "yesterday"}).exit_status, 2);
  EXPECT_EQ(RunAudit("export", {"--until", "yesterday"}).exit_status, 2);
}

TEST_P(AuditFiltersTest, AListGoesOnWhereItEnded) {
  const std::vector<std::string> all = SequencesOf(ByRest(""));
  std::vector<std::string> listed;
  std::vector<std::string> options = {"--limit", "4"};
  for (std::vector<std::string> part; listed.size() < all.size();
       options = {"--limit", "4", "--before", listed.back()}) {
    part = SequencesOf(ByProgram(options));
    ASSERT_FALSE(part.empty());
    ASSERT_LE(part.size(), 4U);
    listed.insert(listed.end(), part.begin(), part.end());
  }
  EXPECT_EQ(listed, all);
  EXPECT_THAT(RunAudit("list", {"--limit", "4"}).err,
              HasSubstr("there are more: --before " + all[3]));
  EXPECT_EQ(RunAudit("list", {"--limit", "9"}).err, "");
  // More than one page of the log.
  for (int i = 0; i < 600; ++i) EXPECT_EQ(runner_.Get("/api/v1/tokens").status, 403);
  EXPECT_THAT(ByProgram({"--limit", "605"}), SizeIs(605));
  EXPECT_EQ(RunAudit("list", {"--limit", "0"}).exit_status, 2);
  EXPECT_EQ(RunAudit("list", {"--before", "x"}).exit_status, 2);
}

}  // namespace
}  // namespace injector::testing
