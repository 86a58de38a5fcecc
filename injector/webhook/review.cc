#include "injector/webhook/review.h"

#include <string_view>
#include <utility>

#include "injector/base/base64.h"
#include "injector/model/json.h"
#include "injector/rest/json_object.h"
#include "injector/rest/query.h"
#include "injector/webhook/pod.h"

namespace injector::webhook {
namespace {

using rest::ObjectBuilder;

constexpr std::string_view kVersion = "admission.k8s.io/v1";
constexpr std::string_view kKind = "AdmissionReview";

Error Malformed(std::string_view what) {
  return {ErrorCode::kInvalidArgument, "review: " + std::string(what)};
}

// Whether it is about a pod (not a part of one, such as pods/ephemeralcontainers) that is to be.
bool IsNewPod(const Value& request) {
  const Value* resource = FindPresent(&request, "resource");
  return TextIn(&request, "operation") == "CREATE" && TextIn(resource, "group").empty() &&
         TextIn(resource, "resource") == "pods" && TextIn(&request, "subResource").empty();
}

// `answer` with the request's uid, in a review.
Value Wrap(const Review& review, ObjectBuilder answer) {
  answer.Add("uid", review.uid);
  ObjectBuilder json;
  json.Add("apiVersion", kVersion).Add("kind", kKind);
  json.Add("response", std::move(answer).Build());
  return std::move(json).Build();
}

}  // namespace

Result<Review> ReadReview(const Value& json) {
  if (TextIn(&json, "apiVersion") != kVersion || TextIn(&json, "kind") != kKind) {
    return Malformed("expected an AdmissionReview of admission.k8s.io/v1");
  }
  const Value* request = FindPresent(&json, "request");
  if (request == nullptr) return Malformed("it has no request");
  Review review;
  review.uid = TextIn(request, "uid");
  if (review.uid.empty()) return Malformed("the request has no uid");
  if (!rest::IsPlainText(review.uid, rest::kNameLimit)) return Malformed("the uid is none");
  if (!IsNewPod(*request)) return review;
  review.pod = FindPresent(request, "object");
  if (review.pod == nullptr) return Malformed("the request has no object");
  return review;
}

Value Allow(const Review& review, std::optional<Value> patch) {
  ObjectBuilder answer;
  answer.AddBool("allowed", true);
  if (patch) {
    const Secret text = WriteJson(*patch);
    answer.Add("patchType", "JSONPatch");
    answer.Add("patch", Value::String(Base64Encode(text.Reveal())));
  }
  return Wrap(review, std::move(answer));
}

Value Deny(const Review& review, const Error& error) {
  constexpr std::int64_t kUnprocessable = 422;
  std::string message = "injector: " + error.message();
  if (!error.hint().empty()) message += "; " + error.hint();
  ObjectBuilder status;
  status.Add("code", kUnprocessable).Add("reason", "Invalid").Add("message", message);
  ObjectBuilder answer;
  answer.AddBool("allowed", false).Add("status", std::move(status).Build());
  return Wrap(review, std::move(answer));
}

}  // namespace injector::webhook
