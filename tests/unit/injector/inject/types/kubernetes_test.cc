#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/model/json.h"
#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::JobUnderTest;
using ::testing::Not;
using testing::ValueOf;
using testing::VariableLines;

TEST(KubernetesTest, WritesAContextForEachCluster) {
  const Injection injection =
      JobUnderTest()
          .With("kubernetes.a", R"({"server": "https://a:6443", "token": "t", "namespace": "n",
                                    "ca": "-----BEGIN C"})")
          .With("k8s.b", R"({"host": "b", "client_cert": "/c.pem",
                             "client_key": "-----BEGIN K"})")
          .With("kubernetes.a", R"({"server": "https://a:6443", "token": "t", "namespace": "n",
                                    "ca": "-----BEGIN C"})")
          .Injected();
  EXPECT_THAT(VariableLines(injection), ElementsAre("KUBECONFIG=<path of kube/config>"));
  const Result<Value> parsed = ParseJson(testing::ContentOf(injection, "kube/config"));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(WriteJson(*parsed).Reveal(),
            R"({"apiVersion":"v1","kind":"Config","current-context":"a","clusters":[)"
            R"({"name":"a","cluster":{"server":"https://a:6443/",)"
            R"("certificate-authority-data":"LS0tLS1CRUdJTiBD"}},)"
            R"({"name":"b","cluster":{"server":"https://b/"}}],)"
            R"("users":[{"name":"a","user":{"token":"t"}},)"
            R"({"name":"b","user":{"client-certificate":"/c.pem",)"
            R"("client-key-data":"LS0tLS1CRUdJTiBL"}}],)"
            R"("contexts":[{"name":"a","context":{"cluster":"a","user":"a","namespace":"n"}},)"
            R"({"name":"b","context":{"cluster":"b","user":"b"}}]})");
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values),
              ElementsAre("kubernetes.a.token=t", "k8s.b.client_key=-----BEGIN K",
                          "k8s.b.client_key=LS0tLS1CRUdJTiBL", "kubernetes.a.token=t"));
}

TEST(KubernetesTest, TheUsersFilesComeBehindOurs) {
  constexpr const char* kFields = R"({"server": "https://a", "token": "t"})";
  const auto value = [&](JobUnderTest& job) { return ValueOf(job.Injected(), "KUBECONFIG"); };
  JobUnderTest file;
  file.With("kubernetes.a", kFields)
      .WithUserConfiguration(UserConfigurationKind::kKubeconfig, "/h/.kube/config", "{}");
  EXPECT_EQ(value(file), "<path of kube/config>:/h/.kube/config");
  JobUnderTest none;
  none.With("kubernetes.a", kFields)
      .WithoutUserConfiguration(UserConfigurationKind::kKubeconfig, "/h/.kube/config");
  EXPECT_EQ(value(none), "<path of kube/config>");
  JobUnderTest variable;
  variable.With("kubernetes.a", kFields)
      .WithUserConfiguration(UserConfigurationKind::kKubeconfigPath, "", "/x:/y");
  EXPECT_EQ(value(variable), "<path of kube/config>:/x:/y");
}

TEST(KubernetesTest, AWholeKubeconfigIsAFileOfItsOwn) {
  const Injection injection =
      JobUnderTest().With("kubernetes.a", R"({"kubeconfig": "apiVersion: v1\n"})").Injected();
  EXPECT_THAT(VariableLines(injection),
              ElementsAre("KUBECONFIG=<path of kubernetes.a/kubeconfig>"));
  EXPECT_EQ(testing::ContentOf(injection, "kubernetes.a/kubeconfig"), "apiVersion: v1\n");
  EXPECT_THAT(JobUnderTest()
                  .With("kubernetes.a", R"({"kubeconfig": "apiVersion: v1\n"})")
                  .With("kubernetes.b", R"({"server": "b", "token": "t"})")
                  .Refusal(),
              AllOf(HasSubstr("KUBECONFIG"), HasSubstr("-c @kubernetes.b=B_")));
}

TEST(KubernetesTest, EachCredentialOfAWholeKubeconfigIsScrubbedByItself) {
  const Injection injection =
      JobUnderTest()
          .With("kubernetes.a",
                R"({"kubeconfig": "users:\n- name: u\n  user:\n    token: canary-1\n)"
                R"(    password: 'canary-2'\n    client-key-data: Y2FuYXJ5LTM=\n"})")
          .Injected();
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values),
              ::testing::IsSupersetOf(
                  {"kubernetes.a.kubeconfig=canary-1", "kubernetes.a.kubeconfig=canary-2",
                   "kubernetes.a.kubeconfig=Y2FuYXJ5LTM=", "kubernetes.a.kubeconfig=canary-3"}));
}

TEST(KubernetesTest, WhatHelmWouldTakeInsteadGoes) {
  EXPECT_THAT(testing::RemovedNames(
                  JobUnderTest().With("k8s.a", R"({"server": "h", "token": "t"})").Injected()),
              ::testing::IsSupersetOf({"HELM_KUBETOKEN", "HELM_KUBEAPISERVER"}));
}

struct RefusedRow {
  const char* fields;
  const char* says;
};

TEST(KubernetesTest, SaysWhatIsWrong) {
  for (const RefusedRow& row :
       {RefusedRow{R"({"token": "canary"})", "server is missing"},
        RefusedRow{R"({"server": "canary"})", "token is missing, and so is a client certificate"},
        RefusedRow{R"({"kubeconfig": "canary"})", "kubeconfig is not a YAML mapping"},
        RefusedRow{R"({"kubeconfig": "- canary"})", "kubeconfig is not a YAML mapping"},
        RefusedRow{R"({"kubeconfig": "a: [canary"})", "kubeconfig cannot be read: kubeconfig:1"},
        RefusedRow{R"({"kubeconfig": "a: canary\n---\nb: c"})", "kubeconfig cannot be read"},
        RefusedRow{R"({"server": "https://canary@h", "token": "t"})", "server is not an http"}}) {
    EXPECT_THAT(JobUnderTest().With("kubernetes.a", row.fields).Refusal(),
                AllOf(HasSubstr(row.says), Not(HasSubstr("canary"))));
  }
}

}  // namespace
}  // namespace injector
