#pragma once
// The file of --oidc, checked against the database, which verifies tokens and can be read again.

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "injector/base/result.h"
#include "injector/rest/log.h"
#include "injector/service/desk.h"
#include "injector/service/job_tokens.h"
#include "injector/service/oidc/verifier.h"

namespace injector {

class JobTokensFile final : public JobTokens {
 public:
  // kInvalidArgument for a file that cannot be used; kNotFound for an org that is not there. `desk`
  // and `log`, which is told what the file may not mean, and when an issuer's keys cannot be had,
  // must outlive it.
  static Result<std::unique_ptr<JobTokensFile>> Open(Desk& desk, const std::string& path,
                                                     rest::Log& log);

  // From now on what the file says now; when that cannot be used (errors of Open()), what it said
  // before. Any thread.
  Status Reload();

  JobTokenVerdict Verify(std::string_view token) override { return current()->Verify(token); }

 private:
  JobTokensFile(Desk& desk, std::string path, rest::Log& log,
                std::shared_ptr<oidc::Verifier> verifier)
      : desk_(desk), path_(std::move(path)), log_(log), verifier_(std::move(verifier)) {}

  std::shared_ptr<oidc::Verifier> current() {
    const std::lock_guard lock(mutex_);
    return verifier_;
  }

  Desk& desk_;
  const std::string path_;
  rest::Log& log_;
  std::mutex mutex_;
  std::shared_ptr<oidc::Verifier> verifier_;  // who verifies holds on to the one that was there
};

}  // namespace injector
