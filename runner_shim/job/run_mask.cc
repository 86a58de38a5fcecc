#include "runner_shim/job/run_mask.h"

#include <unistd.h>

#include <string>

#include "injector/base/file.h"
#include "runner_shim/job/messages.h"
#include "runner_shim/mask/mask_client.h"
#include "runner_shim/mask/mask_socket.h"

namespace runner_shim {

using injector::Error;
using injector::ErrorCode;
using injector::Result;
using injector::Secret;

Result<int> RunMask(const StartEnvironment& environment) {
  const std::string_view socket = environment.Reveal(kMaskSocketVariable);
  if (socket.empty()) {
    return Error(ErrorCode::kFailedPrecondition,
                 "no runner-shim here: " + std::string(kMaskSocketVariable) + " is not set")
        .WithHint(
            "runner-shim mask works inside a job; not with --exec, nor where the shim found "
            "no directory for its socket (--files-dir)");
  }
  Result<Secret> value = injector::ReadAll(STDIN_FILENO, "stdin", kLongestMaskedValue);
  if (!value.ok()) return std::move(value).error().WithContext("the value to mask");
  if (value->empty()) {
    return Error(ErrorCode::kInvalidArgument, "the value to mask: stdin is empty")
        .WithHint("printf %s \"$VALUE\" | runner-shim mask");
  }
  ASSIGN_OR_RETURN(const MaskAnswer answer, SendMask(std::string(socket), *value));
  switch (answer.verdict) {
    case MaskAnswer::Verdict::kMasked:
      return 0;
    case MaskAnswer::Verdict::kWarning:
      Say("warning: " + answer.text);
      return 0;
    case MaskAnswer::Verdict::kRefused:
      return Error(ErrorCode::kFailedPrecondition, "not masked: " + answer.text);
  }
  return 0;
}

}  // namespace runner_shim
