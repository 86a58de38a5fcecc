#pragma once
// Attachments as rows: which connections a repo's jobs may use. Each row carries a MAC, so that a
// row written by SQL gives nobody a connection.

#include <cstdint>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/connection.h"
#include "injector/service/attachment_scope.h"
#include "injector/service/connection_view.h"
#include "injector/service/page.h"
#include "injector/service/store/sql_session.h"

namespace injector {

struct AttachmentRow {
  std::string org_id;
  std::string repo;  // name; kWholeOrg for all of them
  std::string connection_id;
  AttachmentScope scope;
  std::string created_by;
  std::int64_t created_at = 0;
  std::string mac;
  // Of the connection:
  ConnectionName name;
  bool is_default = false;
};

Result<std::string> AttachmentMac(const Secret& attachment_key, const AttachmentRow& row);

// Whether the row is as Attach() wrote it.
Result<bool> IsGenuine(const Secret& attachment_key, const AttachmentRow& row);

// What is attached to `repo` itself; with kWholeOrg, to the org. By name of the connection.
Result<std::vector<AttachmentRow>> AttachmentsOf(SqlSession& session, const std::string& org_id,
                                                 std::string_view repo);
// Those of one kind, up to page.rows() of them after the one named page.after.
Result<std::vector<AttachmentRow>> AttachmentsOf(SqlSession& session, const std::string& org_id,
                                                 std::string_view repo, RecordKind kind,
                                                 const PageRequest& page);
// The repos that a connection is attached to, by name, up to page.rows() of them.
Result<std::vector<AttachmentRow>> AttachmentsOfConnection(SqlSession& session,
                                                           const std::string& org_id,
                                                           const std::string& connection_id,
                                                           const PageRequest& page);

}  // namespace injector
