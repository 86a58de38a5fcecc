#include "injector/http/server/growing_pool.h"

#include <sys/eventfd.h>

#include <utility>

namespace injector::http {

GrowingPool::GrowingPool(std::size_t most)
    : most_(most), hurry_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void GrowingPool::SetHurry() {
  const bool crowded = threads_.size() == most_ && !waiting_.empty();
  const bool hurrying = for_good_ || crowded;
  if (hurrying == hurrying_) return;
  hurrying_ = hurrying;
  eventfd_t ignored = 0;
  // Neither can fail: the count is 0 or 1.
  if (hurrying) {
    ::eventfd_write(hurry_.get(), 1);
  } else {
    ::eventfd_read(hurry_.get(), &ignored);
  }
}

bool GrowingPool::IsHurrying() {
  const std::lock_guard lock(mutex_);
  return hurrying_;
}

void GrowingPool::HurryForGood() {
  const std::lock_guard lock(mutex_);
  for_good_ = true;
  SetHurry();
}

void GrowingPool::Enqueue(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(work));
  if (waiting_.size() > idle_) {
    if (threads_.size() < most_) {
      threads_.emplace_back([this] { Work(); });
    } else {
      SetHurry();
    }
  }
  changed_.notify_one();
}

void GrowingPool::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    changed_.wait(lock, [this] { return !waiting_.empty() || stopping_; });
    --idle_;
    if (waiting_.empty()) return;
    const std::function<void()> work = std::move(waiting_.front());
    waiting_.pop_front();
    SetHurry();
    lock.unlock();
    work();
    lock.lock();
  }
}

void GrowingPool::Shutdown() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    threads.swap(threads_);
  }
  changed_.notify_all();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace injector::http
