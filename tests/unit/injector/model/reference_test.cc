#include "injector/model/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace injector {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Reference, ReadsWhatItWrites) {
  struct Row {
    const char* text;
    const char* type;
    const char* alias;
  };
  const Row rows[] = {
      {"movies", "", "movies"},
      {"db.prod", "", "db.prod"},
      {"@mysql", "mysql", ""},
      {"@mysql.secondary", "mysql", "secondary"},
      {"@mysql.db.prod.primary", "mysql", "db.prod.primary"},
      {"@my-type.a_b-", "my-type", "a_b-"},
  };
  for (const Row& row : rows) {
    const Result<Reference> reference = Reference::Parse(row.text);
    ASSERT_TRUE(reference.ok()) << row.text;
    EXPECT_EQ(reference->type, row.type) << row.text;
    EXPECT_EQ(reference->alias, row.alias) << row.text;
    EXPECT_EQ(reference->ToString(), row.text);
  }
}

TEST(Reference, RefusesEveryOtherFormAndShowsNothingOfIt) {
  const char* rows[] = {"",          "@",       "@.alias",    "@mysql.",
                        "@mysql.x.", "@my sql", "@mysql.a b", "mysql.",
                        "a b",       "@@mysql", "@mysql..x",  "mysql://u:hunter2@h/d",
                        "-x",        "@_x",     "@mysql.-x",  "a@b"};
  for (const char* text : rows) {
    const Result<Reference> reference = Reference::Parse(text);
    ASSERT_FALSE(reference.ok()) << text;
    EXPECT_EQ(reference.error().code(), ErrorCode::kInvalidArgument) << text;
    EXPECT_THAT(reference.error().message(), Not(HasSubstr("hunter2")));
    EXPECT_THAT(reference.error().hint(), HasSubstr("@TYPE.NAME"));
  }
}

std::vector<ConnectionEntry> ExampleEntries() {
  return {{{"mysql", "primary"}, true},
          {{"mysql", "secondary"}, false},
          {{"supabase", "main"}, false},
          {{"supabase", "default"}, false},
          {{"duckdb", "local"}, false},
          {{"mysql", "db.prod.primary"}, false},
          {{"postgres", "secondary"}, false},
          {{"twice", "a"}, true},
          {{"twice", "b"}, true}};
}

TEST(Resolve, FindsTheConnectionThatIsMeant) {
  struct Row {
    const char* reference;
    const char* full_name;
  };
  const Row rows[] = {
      {"@mysql", "@mysql.primary"},
      {"@supabase", "@supabase.default"},
      {"@mysql.secondary", "@mysql.secondary"},
      {"@mysql.db.prod.primary", "@mysql.db.prod.primary"},
      {"db.prod.primary", "@mysql.db.prod.primary"},
      {"primary", "@mysql.primary"},
      {"local", "@duckdb.local"},
      {"@twice.b", "@twice.b"},
  };
  const std::vector<ConnectionEntry> entries = ExampleEntries();
  for (const Row& row : rows) {
    const Result<std::size_t> index = Resolve(*Reference::Parse(row.reference), entries);
    ASSERT_TRUE(index.ok()) << row.reference << ": " << index.error().message();
    EXPECT_EQ(entries[*index].name.Full(), row.full_name) << row.reference;
  }
}

TEST(Resolve, SaysWhatThereIsInstead) {
  struct Row {
    const char* reference;
    ErrorCode code;
    const char* message;
    const char* hint;
  };
  const Row rows[] = {
      {"@duckdb", ErrorCode::kNotFound, "no default connection of type \"duckdb\"; there is: local",
       "name one of them as @duckdb.ALIAS, or mark it as the default"},
      {"@postgresql", ErrorCode::kNotFound,
       "no connection of type \"postgresql\"; there is: duckdb, mysql, postgres, supabase, twice",
       "did you mean @postgres?"},
      {"@redis.x", ErrorCode::kNotFound,
       "no connection of type \"redis\"; there is: duckdb, mysql, postgres, supabase, twice", ""},
      {"@mysql.nonexistent", ErrorCode::kNotFound,
       "no connection \"nonexistent\" of type \"mysql\"; there is: db.prod.primary, primary, "
       "secondary",
       ""},
      {"@mysql.primray", ErrorCode::kNotFound,
       "no connection \"primray\" of type \"mysql\"; there is: db.prod.primary, primary, secondary",
       "did you mean @mysql.primary?"},
      {"@twice", ErrorCode::kConflict, "more than one default connection of type \"twice\": a, b",
       ""},
      {"secondary", ErrorCode::kConflict,
       "more than one connection is named \"secondary\": @mysql.secondary, @postgres.secondary",
       "use the full name"},
      {"loacl", ErrorCode::kNotFound,
       "no connection named \"loacl\"; there is: a, b, db.prod.primary, default, local, main, "
       "primary, secondary",
       "did you mean local?"},
      {"mysql.primary", ErrorCode::kNotFound, "no connection named \"mysql.primary\"",
       "did you mean @mysql.primary?"},
      {"mysql.primary.password", ErrorCode::kNotFound,
       "no connection named \"mysql.primary.password\"; there is: a, b, db.prod.primary, default, "
       "local, main, primary, secondary",
       "did you mean @mysql.primary? a reference names no field"},
      {"postgres", ErrorCode::kNotFound,
       "no connection named \"postgres\"; there is: a, b, db.prod.primary, default, local, main, "
       "primary, secondary",
       "did you mean @postgres?"},
      {"local.password", ErrorCode::kNotFound,
       "no connection named \"local.password\"; there is: a, b, db.prod.primary, default, local, "
       "main, primary, secondary",
       "did you mean local? a reference names no field"},
  };
  const std::vector<ConnectionEntry> entries = ExampleEntries();
  for (const Row& row : rows) {
    const Result<std::size_t> index = Resolve(*Reference::Parse(row.reference), entries);
    ASSERT_FALSE(index.ok()) << row.reference;
    EXPECT_EQ(index.error().code(), row.code) << row.reference;
    EXPECT_EQ(index.error().message(), row.message);
    EXPECT_EQ(index.error().hint(), row.hint);
  }
}

TEST(Resolve, FindsNothingAmongNothing) {
  for (const char* reference : {"a", "@a", "@a.b"}) {
    const Result<std::size_t> index = Resolve(*Reference::Parse(reference), {});
    ASSERT_FALSE(index.ok());
    EXPECT_THAT(index.error().message(), HasSubstr("there are no connections"));
  }
}

TEST(Resolve, ListsTwentyNamesAndCountsTheRest) {
  std::vector<ConnectionEntry> entries;
  for (int i = 0; i < 25; ++i) entries.push_back({{"mysql", "a" + std::to_string(i)}, false});
  const Result<std::size_t> index = Resolve(*Reference::Parse("@mysql"), entries);
  ASSERT_FALSE(index.ok());
  EXPECT_THAT(index.error().message(), testing::EndsWith(" and 5 more"));
}

}  // namespace
}  // namespace injector
