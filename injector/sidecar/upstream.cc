#include "injector/sidecar/upstream.h"

namespace injector::sidecar {

Failure FailureOf(const Error& error) {
  switch (error.code()) {
    case ErrorCode::kUnavailable:
    case ErrorCode::kDeadlineExceeded:
      return Failure::kUnavailable;
    case ErrorCode::kUnauthenticated:
      return Failure::kUnauthorised;
    case ErrorCode::kPermissionDenied:
    case ErrorCode::kConflict:
    case ErrorCode::kInvalidArgument:
      return Failure::kRefused;
    case ErrorCode::kNotFound:
      return Failure::kGone;
    case ErrorCode::kDataLoss:
      return Failure::kBadAnswer;
    default:
      return Failure::kOurs;
  }
}

std::string_view FailureName(Failure failure) {
  switch (failure) {
    case Failure::kUnavailable:
      return "unavailable";
    case Failure::kUnauthorised:
      return "unauthorised";
    case Failure::kRefused:
      return "refused";
    case Failure::kGone:
      return "gone";
    case Failure::kBadAnswer:
      return "bad_answer";
    case Failure::kOurs:
      return "ours";
  }
  return "ours";
}

}  // namespace injector::sidecar
