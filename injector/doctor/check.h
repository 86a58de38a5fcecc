#pragma once
// Whether a connection works, found out by using it: the frame that every check stands in.
//
// A check is a function that logs in (or does as much of that as its protocol allows without
// leaving a trace) and says what happened as a Result: the error's code gives the category, its
// message what was tried and why it failed. Nothing that a server says is shown (KnownWords() of
// mask.h), and whatever a check says goes through MaskSecrets() before anybody sees it.
//
// Checks block for as long as the other side likes: the time limit is kept by whoever runs them
// (examine.h). All they know of the world beyond files is a Network, which tests replace.

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "injector/base/clock.h"
#include "injector/base/result.h"
#include "injector/doctor/injected.h"
#include "injector/doctor/network.h"
#include "injector/model/connection.h"

namespace injector::doctor {

enum class Category { kOk, kAuth, kNetwork, kTimeout, kPermission, kMissing, kUnknown };

// As `connections doctor` prints it: "auth".
std::string_view CategoryName(Category category);
// kUnknown for a name that is none of them.
Category CategoryNamed(std::string_view name);

// kUnauthenticated: auth; kPermissionDenied: permission; kUnavailable: network; kDeadlineExceeded:
// timeout; kNotFound: missing; anything else: unknown.
Category CategoryOf(ErrorCode code);

struct CheckResult {
  Category category = Category::kOk;
  // What is wrong; of what works what could not be tried, or nothing. Holds no secret.
  std::string message = {};
};

struct CheckContext {
  const Connection& connection;
  Network& network;
  const Clock& clock;
  // PEM, for servers whose connection names no authorities. Empty: the system's.
  std::string ca_file;
  // Told what is being tried ("connect to db:5432"), for the message when time runs out.
  std::function<void(std::string_view)> say;
  // What a job gets of the connection; RunCheck fills it in.
  Injection injection = {};
};

// Gives what could not be tried; empty: everything was.
using Check = Result<std::string> (*)(CheckContext& context);

// The check of a type, by its name or a synonym; nullptr: there is none.
Check CheckFor(std::string_view type);

// Runs `check`, with secrets masked in what comes back; of a connection that no job could start
// with nothing is tried.
CheckResult RunCheck(Check check, CheckContext& context);

}  // namespace injector::doctor
