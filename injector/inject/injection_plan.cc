#include "injector/inject/injection_plan.h"

namespace injector {
namespace {

// A kept password beside an injected host may be sent to where it does not belong.
void AddKeptNotes(InjectionPlan& plan) {
  using Action = EnvironmentChange::Action;
  for (const EnvironmentChange& change : plan.variables) {
    if (change.action != Action::kKeep) continue;
    plan.notes.push_back(change.name + " keeps its inherited value; what else " + change.origin +
                         " belongs to is injected");
  }
}

}  // namespace

InjectionPlan PlanOf(const Injection& injection, const JobEnvironment& environment,
                     const std::string& files_directory) {
  InjectionPlan plan{environment.changes, {}, {}, injection.notes};
  for (const InjectedFile& file : injection.files) {
    plan.files.push_back({files_directory + "/" + file.name, file.content.size(), file.origin});
  }
  for (const InjectedLink& link : injection.links) {
    plan.links.push_back({files_directory + "/" + link.name, link.target, link.origin});
  }
  plan.notes.insert(plan.notes.end(), environment.notes.begin(), environment.notes.end());
  AddKeptNotes(plan);
  return plan;
}

}  // namespace injector
