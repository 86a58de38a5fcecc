#include "injector/base/error.h"

#include <string.h>  // strerrordesc_np: GNU, not in <cstring>

#include <cerrno>

namespace injector {
namespace {

ErrorCode CodeForErrno(int errno_value) {
  switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::kPermissionDenied;
    case EEXIST:
      return ErrorCode::kAlreadyExists;
    case EINVAL:
    case ENAMETOOLONG:
    case EISDIR:
    case ELOOP:
    case E2BIG:
      return ErrorCode::kInvalidArgument;
    case ECONNREFUSED:
    case ECONNRESET:
    case EAGAIN:
    case EPIPE:
      return ErrorCode::kUnavailable;
    case ETIMEDOUT:
      return ErrorCode::kDeadlineExceeded;
    default:
      return ErrorCode::kInternal;
  }
}

// strerror(3) in lower case: messages read as one sentence.
std::string DescribeErrno(int errno_value) {
  // Not std::generic_category().message(): strerrordesc_np(3) needs no locale, no lock and no
  // allocation.
  const char* description = ::strerrordesc_np(errno_value);
  if (description == nullptr) return "error " + std::to_string(errno_value);
  std::string text = description;
  const bool starts_with_a_word =
      text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z';
  if (starts_with_a_word) text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

}  // namespace

std::string_view ErrorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kPermissionDenied:
      return "permission_denied";
    case ErrorCode::kUnauthenticated:
      return "unauthenticated";
    case ErrorCode::kFailedPrecondition:
      return "failed_precondition";
    case ErrorCode::kAlreadyExists:
      return "already_exists";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kDeadlineExceeded:
      return "deadline_exceeded";
    case ErrorCode::kDataLoss:
      return "data_loss";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

Error Error::FromErrno(int errno_value, std::string_view what) {
  Error error(CodeForErrno(errno_value), std::string(what) + ": " + DescribeErrno(errno_value));
  error.errno_value_ = errno_value;
  return error;
}

Error Error::WithContext(std::string_view context) && {
  message_.insert(0, std::string(context) + ": ");
  return std::move(*this);
}

Error Error::WithHint(std::string hint) && {
  hint_ = std::move(hint);
  return std::move(*this);
}

int ExitStatus(ErrorCode code) {
  const bool out_of_time = code == ErrorCode::kUnavailable || code == ErrorCode::kDeadlineExceeded;
  return out_of_time ? 124 : 125;
}

}  // namespace injector
