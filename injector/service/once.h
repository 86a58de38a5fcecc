#pragma once
// Requests that may come twice: a client that does not know whether its request arrived sends it
// again under the same key (Idempotency-Key), and nothing is done twice. What was made stays known
// for a day, by its id alone; no answer is kept, as answers hold secrets.

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/service/ledger.h"

namespace injector {

inline constexpr std::chrono::hours kOnceLife{24};

struct OnceKey {
  std::string key;  // as the client chose it
  Secret request;   // what it asks for: two requests under one key must be the same
};

// Whether `error` says that the key was used for another request.
bool IsKeyReused(const Error& error);

// What a key has made is gone: it cannot be shown again.
Error MadeIsGone();

// What the caller has made under `key` within kOnceLife; nullopt: nothing. IsKeyReused() when
// another request has.
Result<std::optional<std::string>> FindMade(Act& act, const OnceKey& key);
Status RememberMade(Act& act, const OnceKey& key, const std::string& id);

// The id of what `make` makes, or of what was made under `key` before.
Result<std::string> IdOnce(Act& act, const std::optional<OnceKey>& key,
                           const std::function<Result<std::string>()>& make);

}  // namespace injector
