#include "injector/service/oidc/issuer_keys.h"

#include <algorithm>
#include <utility>

namespace injector::oidc {

const SigningKey* IssuerKeys::Known(std::string_view id, std::chrono::seconds within) const {
  if (!keys_ || clock_.Monotonic() - answered_at_ >= within) return nullptr;
  return keys_->Find(id);
}

std::chrono::steady_clock::duration IssuerKeys::Pause() const {
  if (!asked_at_) return {};
  return *asked_at_ + (source_.keys_file.empty() ? kFetchInterval : kReadInterval) -
         clock_.Monotonic();
}

std::chrono::seconds IssuerKeys::UntilNextQuestion() {
  const std::lock_guard lock(mutex_);
  return std::max(std::chrono::ceil<std::chrono::seconds>(Pause()), std::chrono::seconds(1));
}

Result<SigningKey> IssuerKeys::Find(std::string_view id) {
  std::unique_lock lock(mutex_);
  if (const SigningKey* key = Known(id, source_.refresh)) return *key;
  const std::uint64_t questions_before = questions_;
  if (!asking_ && Pause().count() <= 0) {
    Ask(lock);
  } else if (Known(id, source_.stale) == nullptr) {
    answered_.wait(lock, [this] { return !asking_; });
  }
  if (const SigningKey* key = Known(id, source_.stale)) return *key;
  const bool is_certain = questions_ > questions_before && !failed_;
  if (is_certain) return Refused("no key of its issuer has its kid");
  return Error(ErrorCode::kUnavailable, failed_ ? "the issuer's keys cannot be had now"
                                                : "the issuer was asked for its keys a moment ago");
}

void IssuerKeys::Ask(std::unique_lock<std::mutex>& lock) {
  asking_ = true;
  ++questions_;
  asked_at_ = clock_.Monotonic();
  lock.unlock();
  Result<SigningKeys> answer = fetch_(source_);
  if (!answer.ok()) report_(answer.error());
  lock.lock();
  asking_ = false;
  failed_ = !answer.ok();
  if (answer.ok()) {
    keys_ = *std::move(answer);
    answered_at_ = clock_.Monotonic();
  }
  answered_.notify_all();
}

}  // namespace injector::oidc
