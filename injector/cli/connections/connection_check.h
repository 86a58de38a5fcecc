#pragma once
// What `connections doctor` finds out about a connection without reaching out for anything.

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "injector/model/connection.h"
#include "injector/model/value.h"

namespace injector {

// The outcome for one connection; the words are those of the JSON output.
struct Diagnosis {
  ConnectionName name;
  bool ok = true;
  std::string category = "ok";  // ok, missing, auth (expired) or unknown
  std::string message = {};     // what is wrong, or looks wrong; empty: nothing
};

// From fields, expiry and the catalogue. Warnings (an unknown field, with the nearest name) are
// said and leave a connection ok. `unseen`: paths of fields whose values are not known; nothing is
// said of these.
Diagnosis Diagnose(const Connection& connection, std::chrono::system_clock::time_point now,
                   std::span<const std::string> unseen = {});

// {"type","alias","ok","latency_ms","category","message"}; the latency is that of a login, and 0
// where there was none.
Value DiagnosisAsJson(const Diagnosis& diagnosis);

}  // namespace injector
