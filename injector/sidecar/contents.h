#pragma once
// What the service has granted, at one time; and what of it a job has been given. Values are
// compared by a fingerprint, so that those of the past need not be kept.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/connection.h"
#include "injector/sources/service/grant.h"

namespace injector::sidecar {

// What makes a connection or variable another one for a job: type, fields, what is secret. Not its
// version or description: nothing happens when nothing has changed.
struct Fingerprint {
  std::string digest;  // HMAC-SHA256 under a key of this process
  std::uint64_t version = 0;
};

// Never changes, so any thread may read it.
class Contents {
 public:
  // kInternal when there can be no fingerprints.
  static Result<std::shared_ptr<const Contents>> Of(JobGrant grant, const Secret& key);
  // What `before` has become by a renewal.
  static Result<std::shared_ptr<const Contents>> Renewed(const Contents& before, JobRenewal renewal,
                                                         const Secret& key);

  const std::vector<Connection>& connections() const { return connections_; }
  const std::vector<Variable>& variables() const { return variables_; }
  // {"connections": …, "variables": …, "absent": …, "absentVariables": …}, with all values:
  // written once for all jobs.
  const Secret& json() const { return json_; }
  ThingNames Names() const;

  // By full name ("@aws.main"), and by key.
  using Fingerprints = std::map<std::string, Fingerprint>;
  const Fingerprints& connection_prints() const { return connection_prints_; }
  const Fingerprints& variable_prints() const { return variable_prints_; }

 private:
  Contents() = default;
  Status Complete(const Secret& key);

  std::vector<Connection> connections_;
  std::vector<Variable> variables_;
  std::vector<std::string> absent_;
  std::vector<std::string> absent_variables_;
  Fingerprints connection_prints_;
  Fingerprints variable_prints_;
  Secret json_;
};

// What one job has been given, and how far its shim has masked it.
class HandedOut {
 public:
  // Counts answers with values; 1 for the grant.
  std::int64_t revision() const { return revision_; }

  // What `contents` holds that the job does not, without values; revision() + 1 when that is
  // anything. Nothing when there are no contents: they may come back as they were.
  JobChanges Compare(const Contents* contents) const;
  // The job is given `contents` in an answer with the next revision.
  void Update(const Contents& contents);
  // The shim has masked everything up to `revision`; no more than it was given.
  void Acknowledge(std::int64_t revision);

  // Whether the shim has masked this connection as it is in `contents`.
  bool IsMasked(const ConnectionName& name, const Contents& contents) const;
  bool IsAcknowledged() const { return acknowledged_ == revision_; }

 private:
  struct Item {
    std::string digest;
    std::int64_t revision = 0;  // of the answer that brought it
  };
  using Items = std::map<std::string, Item>;
  void Update(Items& items, const Contents::Fingerprints& prints) const;

  Items connections_;
  Items variables_;
  std::int64_t revision_ = 0;
  std::int64_t acknowledged_ = 0;
};

}  // namespace injector::sidecar
