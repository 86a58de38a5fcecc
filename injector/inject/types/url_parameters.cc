#include "injector/inject/types/url_parameters.h"

#include <algorithm>

#include "injector/base/percent.h"
#include "injector/model/catalogue.h"

namespace injector {
namespace {

// PostgresHook.ignored_extra_options of Apache Airflow's provider, and what MySqlHook and MongoHook
// take out of `extra` for themselves.
constexpr std::string_view kOfAirflow[] = {
    "allow_insecure",
    "aws_conn_id",
    "azure_conn_id",
    "client",
    "cluster-identifier",
    "conv",
    "cursor",
    "iam",
    "redshift",
    "redshift-serverless",
    "sqlalchemy_query",
    "sqlalchemy_scheme",
    "workgroup-name",
};

bool IsParameter(std::string_view type, const Value::Member& member) {
  using enum Value::Kind;
  const Value::Kind kind = member.value.kind();
  return (kind == kString || kind == kNumber || kind == kBool) &&
         FindFieldInfo(type, member.name) == nullptr &&
         std::find(std::begin(kOfAirflow), std::end(kOfAirflow), member.name) ==
             std::end(kOfAirflow);
}

}  // namespace

std::vector<UrlParameter> TakeUrlParameters(Translation& translation, std::string_view type) {
  std::vector<UrlParameter> parameters;
  const Field* extra = translation.connection().FieldNamed("extra");
  if (extra == nullptr || extra->value.kind() != Value::Kind::kMap) return parameters;
  for (const Value::Member& member : extra->value.members()) {
    if (!IsParameter(type, member)) continue;
    FieldText value = TextOf(translation.connection(), "extra." + member.name, member.value);
    if (value.secret) {
      translation.AddScrubForm(value.field, value.text.Clone());
      translation.AddScrubForm(value.field, PercentEncode(value.text.Reveal()));
    }
    parameters.push_back({member.name, std::move(value)});
  }
  return parameters;
}

}  // namespace injector
