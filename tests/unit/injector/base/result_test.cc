#include "injector/base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace injector {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) return Error(ErrorCode::kInvalidArgument, "odd");
  return number / 2;
}

Result<std::string> Quarter(int number) {
  ASSIGN_OR_RETURN(const int half, Half(number));
  ASSIGN_OR_RETURN(const int quarter, Half(half));
  return std::to_string(quarter);
}

Status CheckEven(int number) {
  RETURN_IF_ERROR(Half(number));
  return {};
}

TEST(Result, CarriesTheValueThrough) { EXPECT_EQ(*Quarter(12), "3"); }

TEST(Result, HandsTheFirstErrorOn) {
  EXPECT_EQ(Quarter(7).error().message(), "odd");
  EXPECT_EQ(Quarter(6).error().code(), ErrorCode::kInvalidArgument);
}

TEST(Result, StatusIsOkByDefault) {
  EXPECT_TRUE(CheckEven(2).ok());
  EXPECT_EQ(CheckEven(3).error().message(), "odd");
}

TEST(Result, HoldsMoveOnlyValues) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
  const std::unique_ptr<int> owned = std::move(result).value();
  EXPECT_EQ(*owned, 5);
}

}  // namespace
}  // namespace injector
