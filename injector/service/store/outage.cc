#include "injector/service/store/outage.h"

namespace injector {

std::optional<Error> Outage::Begin(Moment now) {
  const std::lock_guard lock(mutex_);
  if (!error_) return std::nullopt;
  if (trying_ || now < next_) return error_;
  trying_ = true;
  return std::nullopt;
}

void Outage::Ended(const Status& status, Moment now) {
  const std::lock_guard lock(mutex_);
  trying_ = false;
  next_ = now + pause_;
  if (status.ok()) {
    error_.reset();
  } else {
    error_ = status.error();
  }
}

}  // namespace injector
