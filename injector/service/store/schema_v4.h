#pragma once
// Where a log begins whose oldest events were moved out.

#include <array>
#include <string_view>

namespace injector {

inline constexpr std::array kSchemaV4 = {
    // What the oldest event hangs on, and what the tables held then (audit_anchor.h).
    std::string_view(R"sql(
CREATE TABLE audit_anchors (
  org_id TEXT PRIMARY KEY REFERENCES orgs (id),
  sequence BIGINT NOT NULL,
  mac TEXT NOT NULL,
  state TEXT NOT NULL,
  anchor_mac TEXT NOT NULL))sql"),
};

}  // namespace injector
