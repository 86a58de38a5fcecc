#pragma once
// The keys of one issuer, kept between requests, and asked for again when they are old or when a
// token names one that is not among them.
//
//   younger than `refresh`      used as they are
//   older                       asked for again; when that fails, used on
//   older than `stale`          not used: kUnavailable until the issuer answers
//   an unknown key id           asked for again
//
// The issuer is asked at most every 30 s (a file is read every second), whatever tokens come, and
// by one thread at a time; threads wait for its answer only if they cannot do without. That a key
// is unknown is said for sure only by an answer to a question that was asked after the token came:
// the issuer may have begun to sign with a new key since the one before, and whoever is refused for
// sure gives up.
//
// Thread rule: any thread.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "injector/base/clock.h"
#include "injector/base/result.h"
#include "injector/service/oidc/key_fetch.h"

namespace injector::oidc {

inline constexpr std::chrono::seconds kFetchInterval{30};
// Of a file, which asks nobody.
inline constexpr std::chrono::seconds kReadInterval{1};

class IssuerKeys {
 public:
  using Report = std::function<void(const Error&)>;

  // `clock` must outlive it. `report` is told each time that the keys cannot be had.
  IssuerKeys(KeySource source, KeyFetch fetch, const Clock& clock, Report report)
      : source_(std::move(source)),
        fetch_(std::move(fetch)),
        clock_(clock),
        report_(std::move(report)) {}

  // The key of that id. kUnauthenticated when the issuer has no such key; kUnavailable when nobody
  // knows, because the issuer has not answered, or may not be asked yet.
  Result<SigningKey> Find(std::string_view id);

  // How long until the issuer may be asked again, at least a second.
  std::chrono::seconds UntilNextQuestion();

 private:
  using Moment = std::chrono::steady_clock::time_point;

  const SigningKey* Known(std::string_view id, std::chrono::seconds within) const;
  // Not more than nothing: now.
  std::chrono::steady_clock::duration Pause() const;
  void Ask(std::unique_lock<std::mutex>& lock);

  const KeySource source_;
  const KeyFetch fetch_;
  const Clock& clock_;
  const Report report_;
  std::mutex mutex_;
  std::condition_variable answered_;
  bool asking_ = false;
  std::uint64_t questions_ = 0;
  std::optional<SigningKeys> keys_;  // the last answer
  Moment answered_at_;
  std::optional<Moment> asked_at_;
  bool failed_ = false;  // the last question
};

}  // namespace injector::oidc
