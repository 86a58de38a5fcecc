#pragma once
// AdmissionReview, version admission.k8s.io/v1: what an API server asks, and how it is answered
// (kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers).

#include <optional>
#include <string>

#include "injector/base/result.h"
#include "injector/model/value.h"

namespace injector::webhook {

struct Review {
  std::string uid;
  // That is to be made, where the question is about one; nullptr for whatever else is asked about.
  const Value* pod = nullptr;
};

// `json` must outlive the review. kInvalidArgument when it is none, or not whole: then there may be
// no uid that an answer could bear.
Result<Review> ReadReview(const Value& json);

// {allowed: true}, with the patch if there is one.
Value Allow(const Review& review, std::optional<Value> patch);
// {allowed: false}, with the error and what can be done as the status's message.
Value Deny(const Review& review, const Error& error);

}  // namespace injector::webhook
