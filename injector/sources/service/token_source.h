#pragma once
// Where a token is had that stands in no file.

#include <stop_token>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector {

// Thread rule: any thread.
class TokenSource {
 public:
  virtual ~TokenSource() = default;

  // A token that is good for the next minute. May block for as long as asking for one takes, until
  // `stop`.
  virtual Result<Secret> Token(std::stop_token stop) = 0;
};

}  // namespace injector
