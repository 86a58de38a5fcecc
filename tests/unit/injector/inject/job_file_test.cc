#include "injector/inject/job_file/job_file.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

TEST(JobFileTest, ReadsWhatAJobNeeds) {
  const JobFile job = ParseJobFile(R"(version: 1
connections:
  - slack
  - ref: "@mysql.db.prod"
    optional: true
    prefix: MOVIES_
    env: {DB_PASS: password, DB_CA: ssl.ca}
    default: {port: 3306}
    override: {host: 127.0.0.1}
    policy: p.yaml
variables: [api_token, {key: region, env: AWS_REGION}]
files:
  - {template: app.ini, env: APP_CONFIG}
on_conflict: keep
)",
                                   "f")
                          .value();
  ASSERT_EQ(job.connections.size(), 2U);
  EXPECT_EQ(job.connections[0].reference.ToString(), "slack");
  const JobFileConnection& movies = job.connections[1];
  EXPECT_EQ(movies.reference.ToString(), "@mysql.db.prod");
  EXPECT_TRUE(movies.optional);
  EXPECT_EQ(movies.prefix, "MOVIES_");
  EXPECT_EQ(movies.field_variables[1].variable, "DB_CA");
  EXPECT_EQ(movies.field_variables[1].field, "ssl.ca");
  EXPECT_EQ(movies.default_fields[0].name, "port");
  EXPECT_EQ(movies.override_fields[0].name, "host");
  EXPECT_EQ(movies.policy, "p.yaml");
  EXPECT_EQ(movies.position.line, 4U);
  EXPECT_EQ(job.variables[0].key, "api_token");
  EXPECT_EQ(job.variables[1].name, "AWS_REGION");
  EXPECT_EQ(job.templates[0].path, "app.ini");
  EXPECT_EQ(job.templates[0].variable, "APP_CONFIG");
  EXPECT_EQ(job.on_conflict, OnConflict::kKeep);
}

TEST(JobFileTest, MayBeAlmostEmpty) {
  const JobFile job = ParseJobFile("version: 1\nconnections:\n", "f").value();
  EXPECT_TRUE(job.connections.empty());
  EXPECT_FALSE(job.on_conflict.has_value());
}

TEST(JobFileTest, WhatIsNotKnownIsAnErrorWithItsPlace) {
  struct Row {
    const char* text;
    const char* expected;
  };
  for (const Row& row : {
           Row{"", "f:1:1: job file: expected a map"},
           Row{"connections: []", "f:1:1: version: missing"},
           Row{"version: 2", "f:1:10: version: expected 1, the only one that there is"},
           Row{"version: 1\nvariable: []", "f:2:1: unknown key variable; did you mean variables?"},
           Row{"version: 1\nconnections: {}", "f:2:14: connections: expected a list"},
           Row{"version: 1\nconnections: [{}]", "f:2:15: ref: missing"},
           Row{"version: 1\nconnections: [{ref: []}]", "f:2:21: ref: expected text"},
           Row{"version: 1\nconnections: ['@a.']",
               "f:2:15: reference: no alias after the type's dot"},
           Row{"version: 1\nconnections: [{ref: a, refs: b}]",
               "f:2:24: unknown key refs; did you mean ref?"},
           Row{"version: 1\nconnections: [{ref: a, optional: 1}]",
               "f:2:34: optional: expected true or false"},
           Row{"version: 1\nconnections: [{ref: a, prefix: A-B}]",
               "f:2:32: prefix: expected letters, digits and _, and no digit first"},
           Row{"version: 1\nconnections: [{ref: a, env: [b]}]", "f:2:29: env: expected a map"},
           Row{"version: 1\nconnections: [{ref: a, env: {1A: b}}]",
               "f:2:30: env: a variable is letters, digits and _, and no digit first"},
           Row{"version: 1\nconnections: [{ref: a, env: {A: []}}]", "f:2:33: A: expected text"},
           Row{"version: 1\nconnections: [{ref: a, override: x}]",
               "f:2:34: override: expected a map"},
           Row{"version: 1\nvariables: [a-b]",
               "f:2:13: variables: expected letters, digits and _, and no digit first"},
           Row{"version: 1\nvariables: [{env: A}]", "f:2:13: key: missing"},
           Row{"version: 1\nfiles: [{template: a}]", "f:2:9: env: missing"},
           Row{"version: 1\nfiles: [a]", "f:2:9: files: expected a map"},
           Row{"version: 1\non_conflict: maybe",
               "f:2:14: on_conflict: expected error, keep or overwrite"},
       }) {
    const Result<JobFile> job = ParseJobFile(row.text, "f");
    ASSERT_FALSE(job.ok()) << row.text;
    EXPECT_EQ(job.error().message(), row.expected) << row.text;
  }
}

}  // namespace
}  // namespace injector
