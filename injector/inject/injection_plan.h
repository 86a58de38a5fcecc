#pragma once
// What --dry-run says about an injection, as data: what it shows and how is the caller's.

#include <cstddef>
#include <string>
#include <vector>

#include "injector/inject/environment.h"
#include "injector/inject/injection.h"

namespace injector {

struct PlannedFile {
  std::string path;  // absolute
  std::size_t size;  // bytes
  std::string origin;
};

struct PlannedLink {
  std::string path;  // absolute
  std::string target;
  std::string origin;
};

struct InjectionPlan {
  std::vector<EnvironmentChange> variables;  // holds no secret value
  std::vector<PlannedFile> files;
  std::vector<PlannedLink> links;
  std::vector<std::string> notes;
};

// `environment` was assembled from `injection` with the same `files_directory`.
InjectionPlan PlanOf(const Injection& injection, const JobEnvironment& environment,
                     const std::string& files_directory);

}  // namespace injector
