#pragma once
// Leases as rows: which job holds which connections, until when.

#include <cstdint>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/connection.h"
#include "injector/service/ledger.h"

namespace injector {

struct LeaseRow {
  std::string id;
  std::string org_id;
  std::string repo;
  std::string holder;  // Principal::id
  std::string secret_hash;
  std::string job;
  std::int64_t created_at = 0;
  std::int64_t expires_at = 0;
};

struct LeaseItem {
  std::string connection_id;
  ConnectionName name;       // empty when the connection is gone
  std::int64_t version = 0;  // that the holder has
};

// The secret of this lease. It follows from the org's key, so that a holder whose answer was lost
// can be told it again; nothing in the database tells it.
Result<Secret> LeaseSecret(const Secret& lease_key, const LeaseRow& lease);
// What `secret_hash` holds for this lease and this secret.
Result<Secret> HashLease(const Secret& lease_key, const LeaseRow& lease, const Secret& secret);

void InsertLease(SqlSession& session, const LeaseRow& lease);
// A lease that has neither ended nor expired at `now`. kNotFound.
Result<LeaseRow> ReadLease(SqlSession& session, const std::string& org_id, const std::string& id,
                           std::int64_t now);
Status ExtendLease(SqlSession& session, const LeaseRow& lease);
Status EndLease(Act& act, const std::string& lease_id);

// By name.
Result<std::vector<LeaseItem>> ReadItems(SqlSession& session, const std::string& lease_id);
void AddItem(SqlSession& session, const std::string& lease_id, const std::string& connection_id,
             std::int64_t version);
Status RemoveItems(SqlSession& session, const std::string& lease_id);
Status RemoveItem(SqlSession& session, const std::string& lease_id,
                  const std::string& connection_id);

struct LiveLease {
  std::string id;
  std::string repo;
};
// The leases on a connection that have neither ended nor expired.
Result<std::vector<LiveLease>> LiveLeasesOf(Act& act, const std::string& connection_id);

}  // namespace injector
