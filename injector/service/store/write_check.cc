#include "injector/service/store/write_check.h"

namespace injector {
namespace {

// A row that every database of ours has and that no request locks. The key stands in it so that
// SQLite, which leaves out what would write the same bytes again, has an index to change.
constexpr std::string_view kRewrite = "UPDATE schema_steps SET version = version WHERE version = 1";

Status Rewrite(SqlSession& session) {
  RETURN_IF_ERROR(session.Execute(kRewrite, {}));
  return {};
}

}  // namespace

Status WriteCheck::Ask() {
  const std::lock_guard lock(mutex_);
  if (last_ && clock_.Monotonic() < until_) return *last_;
  last_ = database_.Write(Rewrite);
  if (!last_->ok()) last_ = Error(last_->error()).WithContext("a write");
  until_ = clock_.Monotonic() + (last_->ok() ? options_.believe : options_.doubt);
  return *last_;
}

}  // namespace injector
