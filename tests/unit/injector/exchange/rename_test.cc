#include "injector/exchange/rename.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::vector<Connection> Named(const std::vector<ConnectionName>& names) {
  std::vector<Connection> connections;
  for (const ConnectionName& name : names) connections.emplace_back().name = name;
  return connections;
}

std::vector<std::string> Renamed(const std::vector<ConnectionName>& names,
                                 const std::vector<std::string>& texts) {
  std::vector<Rename> renames;
  for (const std::string& text : texts) renames.push_back(*ParseRename(text));
  const auto connections = WithRenames(Named(names), renames);
  if (!connections.ok()) return {connections.error().message()};
  std::vector<std::string> full;
  for (const Connection& connection : *connections) full.push_back(connection.name.Full());
  return full;
}

using Names = std::vector<std::string>;

TEST(Rename, GivesAnotherName) {
  EXPECT_EQ(Renamed({{"mysql", "main"}, {"http", "main"}}, {"mysql.main=movies"}),
            (Names{"@mysql.movies", "@http.main"}));
  EXPECT_EQ(Renamed({{"mysql", "db.prod"}}, {"mysql.db.prod=a.b"}), Names{"@mysql.a.b"});
  EXPECT_EQ(Renamed({{"mysql", "not valid=x"}}, {"mysql.not valid=x=y"}), Names{"@mysql.y"});
}

TEST(Rename, TwoMaySwapTheirNames) {
  EXPECT_EQ(Renamed({{"x", "a"}, {"x", "b"}}, {"x.a=b", "x.b=a"}), (Names{"@x.b", "@x.a"}));
}

TEST(Rename, NamesWhatIsThereInstead) {
  EXPECT_EQ(Renamed({{"x", "a"}}, {"x.b=c"}), Names{"--rename: there is no x.b"});
}

TEST(Rename, RefusesOtherForms) {
  for (const char* text : {"", "a", "a.b", "a=b", "a.=b", ".a=b", "a.b=", "a.b=c d", "a=b.c"}) {
    EXPECT_FALSE(ParseRename(text).ok()) << text;
  }
}

TEST(CheckNames, NamesEveryClash) {
  EXPECT_TRUE(CheckNames(Named({{"x", "a"}, {"x", "b"}, {"y", "c"}})).ok());
  const Status status =
      CheckNames(Named({{"x", "a"}, {"y", "a"}, {"x", "b"}, {"x", "c"}, {"z", "c"}}));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), ErrorCode::kConflict);
  EXPECT_THAT(status.error().message(),
              AllOf(HasSubstr("@x.a and @y.a"), HasSubstr("@x.c and @z.c")));
  EXPECT_THAT(status.error().hint(), HasSubstr("--rename"));
}

TEST(CheckNames, RefusesTwoDefaultsOfOneType) {
  std::vector<Connection> connections = Named({{"x", "a"}, {"x", "b"}, {"y", "c"}});
  for (Connection& connection : connections) connection.is_default = true;
  const Status status = CheckNames(connections);
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), HasSubstr("@x.a and @x.b"));
}

TEST(CheckNames, CountsNamesThatCannotBeShown) {
  const Status status = CheckNames(Named({{"x", "a"}, {"x", "not valid"}}));
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), HasSubstr("connection 2: its name is not valid"));
}

}  // namespace
}  // namespace injector
