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

// What one job has been given, and how far its shim has masked it. An answer may be lost on its
// way: the job holds for certain only what has been acknowledged.
class HandedOut {
 public:
  // Of the last answer that gave the job something or told it of something; 1 for the grant. No two
  // of those have the same, so that to acknowledge one of them says nothing of another.
  std::int64_t revision() const { return revision_; }

  // What `contents` holds that the job does not for certain, without values. Nothing when there are
  // no contents: they may come back as they were. Its revision is the one acknowledged.
  JobChanges Compare(const Contents* contents) const;
  // The job is told that it lacks something, in an answer with the next revision.
  void Tell();
  // The job is given all that it lacks of `contents`, in an answer with the next revision.
  void Update(const Contents& contents);
  // The shim has masked everything up to `revision`. Requires: at most revision().
  void Acknowledge(std::int64_t revision);

  // Whether the shim has masked this connection as it is in `contents`.
  bool IsMasked(const ConnectionName& name, const Contents& contents) const;

 private:
  struct Item {
    std::string digest;         // empty: taken away, which the shim need not know yet
    std::int64_t revision = 0;  // of the answer that said so first
  };
  using Items = std::map<std::string, Item>;
  bool Lacks(const Items& items, const std::string& name, const std::string& digest) const;
  static std::vector<std::string> Gone(const Items& items, const Contents::Fingerprints& prints);
  void Update(Items& items, const Contents::Fingerprints& prints) const;

  Items connections_;
  Items variables_;
  std::int64_t revision_ = 0;
  std::int64_t acknowledged_ = 0;
};

}  // namespace injector::sidecar
