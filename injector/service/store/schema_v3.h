#pragma once
// What is kept so that connections do not grow old unnoticed.

#include <array>
#include <string_view>

namespace injector {

inline constexpr std::array kSchemaV3 = {
    // When a secret of it changed last; null: when it was made.
    std::string_view("ALTER TABLE service_connections ADD COLUMN rotated_at BIGINT"),
    // Copies out of `visible` to search by (upkeep_watch.h), made for the version that stands in
    // upkeep_version: whoever changes a connection need not know them.
    std::string_view("ALTER TABLE service_connections ADD COLUMN upkeep_version BIGINT"),
    std::string_view("ALTER TABLE service_connections ADD COLUMN expires_at BIGINT"),
    std::string_view("ALTER TABLE service_connections ADD COLUMN rotate_by BIGINT"),
    std::string_view("ALTER TABLE service_connections ADD COLUMN remind_at BIGINT"),
    // The remind_at that the log has an event for.
    std::string_view("ALTER TABLE service_connections ADD COLUMN reminded_for BIGINT"),

    // When it was last given to a job (last_used.h); null: not as far as is known.
    std::string_view("ALTER TABLE service_connections ADD COLUMN last_used_at BIGINT"),

    // Which program brings events to a receiver (events/event_feed.h), and how far it has got.
    std::string_view(R"sql(
CREATE TABLE event_receivers (
  receiver TEXT PRIMARY KEY,
  program TEXT NOT NULL,
  claimed_until BIGINT NOT NULL))sql"),
    std::string_view(R"sql(
CREATE TABLE event_positions (
  receiver TEXT NOT NULL,
  org_id TEXT NOT NULL REFERENCES orgs (id),
  sequence BIGINT NOT NULL,
  PRIMARY KEY (receiver, org_id)))sql"),
};

}  // namespace injector
