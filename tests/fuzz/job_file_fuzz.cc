// Any bytes as a job file: no crash, and its defaults and overrides can be used.

#include "injector/inject/job_file/job_file.h"
#include "injector/inject/job_file/override_policy.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace injector;
  const Result<JobFile> job = ParseJobFile(fuzz::TextOf(data, size), "f");
  if (!job.ok()) return 0;
  for (const JobFileConnection& wanted : job->connections) {
    fuzz::Require(Reference::Parse(wanted.reference.ToString()).ok());
    Connection connection;
    connection.name = {"mysql", "a"};
    connection.fields.push_back({"host", Value::String("h")});
    connection.fields.push_back({"password", Value::String("p")});
    connection = WithDefaultFields(std::move(connection), wanted.default_fields);
    fuzz::Require(connection.fields.size() >= 2);
    const auto overridden =
        OverrideFields(std::move(connection), wanted.override_fields, OverridePolicy());
    // No policy: a secret is never overridden.
    if (!overridden.ok()) continue;
    const Field* password = overridden->connection.FieldNamed("password");
    fuzz::Require(password != nullptr && password->value == Value::String("p"));
  }
  return 0;
}
