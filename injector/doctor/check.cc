#include "injector/doctor/check.h"

#include <array>

#include "injector/doctor/mask.h"

namespace injector::doctor {
namespace {

constexpr std::array<std::string_view, 7> kNames = {"ok",         "auth",    "network", "timeout",
                                                    "permission", "missing", "unknown"};

Result<std::string> TryOut(Check check, CheckContext& context) {
  ASSIGN_OR_RETURN(context.injection, InjectionOf(context.connection));
  return check(context);
}

}  // namespace

std::string_view CategoryName(Category category) {
  return kNames[static_cast<std::size_t>(category)];
}

Category CategoryNamed(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Category>(i);
  }
  return Category::kUnknown;
}

Category CategoryOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUnauthenticated:
      return Category::kAuth;
    case ErrorCode::kPermissionDenied:
      return Category::kPermission;
    case ErrorCode::kUnavailable:
      return Category::kNetwork;
    case ErrorCode::kDeadlineExceeded:
      return Category::kTimeout;
    case ErrorCode::kNotFound:
      return Category::kMissing;
    default:
      return Category::kUnknown;
  }
}

CheckResult RunCheck(Check check, CheckContext& context) {
  const Result<std::string> outcome = TryOut(check, context);
  if (outcome.ok()) return {Category::kOk, MaskSecrets(*outcome, context.connection)};
  std::string message = outcome.error().message();
  if (!outcome.error().hint().empty()) message += " (" + outcome.error().hint() + ")";
  return {CategoryOf(outcome.error().code()), MaskSecrets(message, context.connection)};
}

}  // namespace injector::doctor
