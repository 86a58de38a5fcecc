#pragma once
// The first schema. Types that both databases know: TEXT, BIGINT, INTEGER (flags 0 and 1). Times
// are seconds since 1970 UTC; ids are UUIDs; binary values are base64; lists are JSON.
//
// What decides who gets a secret carries a MAC or is bound into a ciphertext, so that writing here
// by SQL gives nobody anything.

#include <array>
#include <string_view>

namespace injector {

inline constexpr std::array kSchemaV1 = {
    // Every master key that has ever wrapped something here. `salt` and the costs are there for a
    // passphrase. At most one is active.
    std::string_view(R"sql(
CREATE TABLE master_keys (
  key_id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('active', 'previous', 'retired')),
  salt TEXT,
  log2_n BIGINT, r BIGINT, p BIGINT,
  created_at BIGINT NOT NULL,
  retired_at BIGINT))sql"),
    std::string_view(
        "CREATE UNIQUE INDEX one_active_master_key ON master_keys (state) WHERE state = 'active'"),

    // `revision` grows with every change of what jobs may get. The org's own key, from which the
    // keys of its audit chain and MACs are derived, is an envelope.
    std::string_view(R"sql(
CREATE TABLE orgs (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  revision BIGINT NOT NULL,
  key_id TEXT NOT NULL, data_key_id TEXT NOT NULL, wrapped_key TEXT NOT NULL,
  key_encrypted TEXT NOT NULL,
  created_at BIGINT NOT NULL))sql"),

    // The newest link of each org's chain. Its row lock lets one transaction at a time write for
    // an org.
    std::string_view(R"sql(
CREATE TABLE audit_heads (
  org_id TEXT PRIMARY KEY REFERENCES orgs (id),
  sequence BIGINT NOT NULL,
  mac TEXT NOT NULL))sql"),
    // `body` is the event; the columns between are copies out of it to search by.
    std::string_view(R"sql(
CREATE TABLE audit_events (
  org_id TEXT NOT NULL REFERENCES orgs (id),
  sequence BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  connection TEXT NOT NULL,
  repo TEXT NOT NULL,
  body TEXT NOT NULL,
  mac TEXT NOT NULL,
  PRIMARY KEY (org_id, sequence)))sql"),

    std::string_view(R"sql(
CREATE TABLE service_connections (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL REFERENCES orgs (id),
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  is_default INTEGER NOT NULL,
  version BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (org_id, name)))sql"),
    std::string_view(
        "CREATE UNIQUE INDEX one_default_of_type ON service_connections (org_id, type) "
        "WHERE is_default = 1"),
    // `visible` is what everybody in the org may see of the config; `config_encrypted` is all of
    // it.
    std::string_view(R"sql(
CREATE TABLE connection_versions (
  connection_id TEXT NOT NULL REFERENCES service_connections (id),
  version BIGINT NOT NULL,
  is_default INTEGER NOT NULL,
  visible TEXT NOT NULL,
  key_id TEXT NOT NULL, data_key_id TEXT NOT NULL, wrapped_key TEXT NOT NULL,
  config_encrypted TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (connection_id, version)))sql"),
    std::string_view("CREATE INDEX connection_versions_by_key ON connection_versions (key_id)"),

    // A repo named '*' stands for the whole org: what is attached to it is attached to all.
    std::string_view(R"sql(
CREATE TABLE repos (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL REFERENCES orgs (id),
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (org_id, name)))sql"),
    std::string_view(R"sql(
CREATE TABLE repo_service_connections (
  repo_id TEXT NOT NULL REFERENCES repos (id),
  connection_id TEXT NOT NULL REFERENCES service_connections (id),
  environments TEXT NOT NULL,
  protected_only INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  mac TEXT NOT NULL,
  PRIMARY KEY (repo_id, connection_id)))sql"),
    std::string_view(
        "CREATE INDEX repos_of_connection ON repo_service_connections (connection_id)"),

    // `hash` is a MAC over the secret and every right that the row gives.
    std::string_view(R"sql(
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL REFERENCES orgs (id),
  prefix TEXT NOT NULL UNIQUE,
  hash TEXT NOT NULL,
  role TEXT NOT NULL,
  repos TEXT NOT NULL,
  environments TEXT NOT NULL,
  is_protected INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT))sql"),
    std::string_view("CREATE INDEX tokens_of_org ON tokens (org_id, id)"),

    std::string_view(R"sql(
CREATE TABLE leases (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL REFERENCES orgs (id),
  repo TEXT NOT NULL,
  holder TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  job TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT))sql"),
    std::string_view(R"sql(
CREATE TABLE lease_items (
  lease_id TEXT NOT NULL REFERENCES leases (id),
  connection_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (lease_id, connection_id)))sql"),
    std::string_view("CREATE INDEX leases_of_connection ON lease_items (connection_id)"),

    std::string_view(R"sql(
CREATE TABLE idempotency_keys (
  org_id TEXT NOT NULL REFERENCES orgs (id),
  actor TEXT NOT NULL,
  key_hash TEXT NOT NULL,
  request_mac TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, actor, key_hash)))sql"),
};

}  // namespace injector
