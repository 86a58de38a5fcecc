#include "injector/doctor/postgres_error.h"

#include <gtest/gtest.h>

#include <ostream>

namespace injector::doctor {
namespace {

struct Row {
  const char* name;
  const char* text;
  const char* state;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class PostgresErrorParts : public ::testing::TestWithParam<Row> {};

TEST_P(PostgresErrorParts, IsTakenApart) {
  const PostgresError error = ParsePostgresError(GetParam().text);
  EXPECT_EQ(error.state, GetParam().state);
  EXPECT_EQ(error.message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Messages, PostgresErrorParts,
    ::testing::Values(
        Row{"Connecting",
            "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  28P01: password "
            "authentication failed for user \"x\"\nLOCATION:  auth_failed, auth.c:338\n",
            "28P01", "password authentication failed for user \"x\""},
        Row{"InAnotherLanguage", "DETALJ:  x\n", "", "DETALJ:  x"},
        Row{"Severity", "ВАЖНО:  3D000: база данных \"x\" не существует", "3D000",
            "база данных \"x\" не существует"},
        Row{"SecondPlace", "a:  b:  42501: no", "42501", "no"},
        Row{"LowerCase", "FATAL:  28p01: no", "", "FATAL:  28p01: no"},
        Row{"OfTheNetwork", "connection to server failed: Connection refused\n\tIs it running?\n",
            "", "connection to server failed: Connection refused"},
        Row{"CutShort", "FATAL:  28P0", "", "FATAL:  28P0"}, Row{"Empty", "", "", ""}),
    [](const auto& row) { return row.param.name; });

TEST(PostgresErrorTest, IsToldInOurOwnWords) {
  const auto told = [](const char* text) {
    return DescribePostgresError(ParsePostgresError(text));
  };
  EXPECT_EQ(told("FATAL:  28P01: s3cret is wrong"),
            "password authentication failed (SQLSTATE 28P01)");
  EXPECT_EQ(told("FATAL:  28000: s3cret"),
            "the server does not let this login in (SQLSTATE 28000)");
  EXPECT_EQ(told("FATAL:  S3CRE: s3cret"), "an error that PostgreSQL does not have");
  EXPECT_EQ(told("connection to server at \"h\" failed: Connection refused"), "Connection refused");
  EXPECT_EQ(told("s3cret"), "libpq could not log in");
}

TEST(PostgresStateTest, SaysWhatKindOfFailureItIs) {
  EXPECT_EQ(CodeOfPostgresState(""), ErrorCode::kUnavailable);
  EXPECT_EQ(CodeOfPostgresState("08006"), ErrorCode::kUnavailable);
  EXPECT_EQ(CodeOfPostgresState("53300"), ErrorCode::kUnavailable);
  EXPECT_EQ(CodeOfPostgresState("57P03"), ErrorCode::kUnavailable);
  EXPECT_EQ(CodeOfPostgresState("28000"), ErrorCode::kUnauthenticated);
  EXPECT_EQ(CodeOfPostgresState("3D000"), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOfPostgresState("42501"), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOfPostgresState("XX000"), ErrorCode::kFailedPrecondition);
}

}  // namespace
}  // namespace injector::doctor
