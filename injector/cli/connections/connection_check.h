#pragma once
// What `connections doctor` tells of a connection, and how it finds that out without reaching out
// for anything. What reaches out is injector/doctor/.

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "injector/doctor/apart.h"
#include "injector/model/connection.h"
#include "injector/model/value.h"

namespace injector {

// The outcome for one connection; the words are those of the JSON output.
struct Diagnosis {
  ConnectionName name;
  bool ok = true;
  std::string category = "ok";           // of a category of doctor/check.h
  std::string message = {};              // what is wrong, or looks wrong; empty: nothing
  std::chrono::milliseconds latency{0};  // of the attempt to use it; 0: there was none
};

// `diagnosis` and what came of the attempt to use the connection.
Diagnosis WithOutcome(Diagnosis diagnosis, const doctor::TimedResult& outcome);

// From fields, expiry, the catalogue and what a job would make of it: category missing, auth
// (expired) or unknown. Warnings (an unknown field, with the nearest name) are said and leave a
// connection ok. `unseen`: paths of fields whose values are not known; nothing is said of these,
// and where there are some, nothing of whether a job would start.
Diagnosis Diagnose(const Connection& connection, std::chrono::system_clock::time_point now,
                   std::span<const std::string> unseen = {});

// {"type","alias","ok","latency_ms","category","message"}
Value DiagnosisAsJson(const Diagnosis& diagnosis);

}  // namespace injector
