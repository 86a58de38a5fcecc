#pragma once
// What a pod wishes, in its annotations:
//
//   injector/connections: "aws-prod,@postgres=PG_"   as INJECTOR_CONNECTIONS: REF[=PREFIX]
//   injector/variables: "REGION,api_token=API"       as INJECTOR_VARIABLES: KEY[=NAME]
//   injector/containers: "web,migrate"               whose commands run under the shim
//   injector/repo: "acme/web"                        whose connections these are
//   injector/status: "injected"                      written by the webhook: nothing is left to do
//
// Trust: whoever may make pods writes them. They widen nothing: the service decides by the
// sidecar's token what this pod may get.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/value.h"

namespace injector::webhook {

inline constexpr std::string_view kStatusAnnotation = "injector/status";
inline constexpr std::string_view kInjected = "injected";

struct Wish {
  // The annotations' texts, without blanks; empty where there is none.
  std::string connections;
  std::string variables;
  // What of them the sidecar hands out, as its --allow takes it: "@postgres", "var.REGION".
  std::vector<std::string> allowed;
  std::vector<std::string> containers;
  std::string repo;
};

// nullopt when the pod wishes nothing, or has it already. kInvalidArgument names the annotation: an
// unknown one of ours, too, which would else be a pod that starts without its credentials.
Result<std::optional<Wish>> ReadAnnotations(const Value& pod);

}  // namespace injector::webhook
