#pragma once
// What every part of the service stands on, and the one way in: each call says who asks and what
// for, and is authorised, and its refusal recorded, before anything else happens.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "injector/base/clock.h"
#include "injector/base/result.h"
#include "injector/service/access.h"
#include "injector/service/audit_event.h"
#include "injector/service/keys.h"
#include "injector/service/ledger.h"
#include "injector/service/limits.h"
#include "injector/service/principal.h"
#include "injector/service/store/database.h"

namespace injector {

// What a call is about to do, and to what.
struct Intent {
  Operation operation;
  std::string connection = {};  // id
  std::string repo = {};
  std::string token = {};  // id
  std::string grant = {};  // id
};

AuditEvent EventOf(const Intent& intent);

class Desk {
 public:
  // The first three must outlive it.
  Desk(Database& database, Keys& keys, const Clock& clock, const ServiceLimits& limits = {})
      : database_(database),
        keys_(keys),
        clock_(clock),
        limits_(limits),
        ledger_(database, keys, clock) {}

  Database& database() { return database_; }
  Keys& keys() { return keys_; }
  Ledger& ledger() { return ledger_; }
  const Clock& clock() const { return clock_; }
  const ServiceLimits& limits() const { return limits_; }

  // Whether `principal` may; kPermissionDenied, recorded, if it may not. Change() and Read() ask
  // this first; a caller that wants to know before it looks at a request asks itself.
  Status Admit(const Principal& principal, const Intent& intent);

  // Records that `principal` was refused what it wanted; returns `error`, or why it cannot be
  // recorded.
  Status Refuse(const Principal& principal, const Intent& intent, const Error& error,
                std::string_view reason);

  // Runs `body` as an act of `principal`'s org if it may; see Ledger::Run. kPermissionDenied,
  // recorded, if it may not.
  template <typename T>
  Result<T> Change(const Principal& principal, const Intent& intent,
                   const std::function<Result<T>(Act&)>& body) {
    RETURN_IF_ERROR(Admit(principal, intent));
    return RunAct<T>(principal.org_id, principal.id, body);
  }
  Status Change(const Principal& principal, const Intent& intent, const Ledger::Body& body) {
    RETURN_IF_ERROR(Admit(principal, intent));
    return ledger_.Run(principal.org_id, principal.id, body);
  }

  // Ledger::Run() with a value to return, by nobody's leave: for the operator.
  template <typename T>
  Result<T> RunAct(const std::string& org_id, const std::string& actor,
                   const std::function<Result<T>(Act&)>& body) {
    std::optional<T> value;
    RETURN_IF_ERROR(ledger_.Run(org_id, actor, [&](Act& act) -> Status {
      Result<T> result = body(act);
      if (!result.ok()) return std::move(result).error();
      value.emplace(std::move(result).value());
      return {};
    }));
    return std::move(*value);
  }

  // As Change() for what only reads: not recorded if allowed.
  template <typename T>
  Result<T> Read(const Principal& principal, const Intent& intent,
                 const std::function<Result<T>(SqlSession&)>& body) {
    RETURN_IF_ERROR(Admit(principal, intent));
    return database_.Read<T>(body);
  }

 private:
  Database& database_;
  Keys& keys_;
  const Clock& clock_;
  const ServiceLimits limits_;
  Ledger ledger_;
};

}  // namespace injector
