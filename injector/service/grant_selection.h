#pragma once
// What a job asks for, found among what its caller may use.

#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/reference.h"
#include "injector/service/attachment_rows.h"
#include "injector/service/principal.h"
#include "injector/sources/source.h"

namespace injector {

// The one refusal of whatever is not there for the caller.
Error NotGranted();

// What is attached for the caller's jobs, to the repo or the whole org, each thing once. What was
// written there by others than us is among it still: see CheckGenuine().
Result<std::vector<AttachmentRow>> UsableBy(SqlSession& session, const Principal& principal,
                                            const std::string& repo);

// kDataLoss for an attachment that Attach() has not written so.
Status CheckGenuine(const Secret& attachment_key, const AttachmentRow& row);

class Selection {
 public:
  // `usable` must outlive it.
  explicit Selection(const std::vector<AttachmentRow>& usable);

  // NotGranted() when it is required and not there; kConflict when a reference means two.
  Status Add(const ConnectionRequest& request);
  Status Add(const VariableRequest& request);
  void AddAll();

  // Each once, connections and variables.
  const std::vector<const AttachmentRow*>& rows() const { return rows_; }
  std::size_t connection_count() const;
  std::vector<std::string> TakeAbsent() { return std::move(absent_); }
  std::vector<std::string> TakeAbsentVariables() { return std::move(absent_variables_); }

 private:
  void AddRow(const AttachmentRow& row);

  const std::vector<AttachmentRow>& usable_;
  std::vector<const AttachmentRow*> connections_;
  std::vector<ConnectionEntry> entries_;  // of connections_
  std::vector<const AttachmentRow*> rows_;
  std::vector<std::string> absent_;
  std::vector<std::string> absent_variables_;
};

}  // namespace injector
