#pragma once
// What a connection tells its driver beside the fields that its type knows: the query of the URI
// that it came as ("…/movies?application_name=report"), which is kept in `extra`.

#include <string>
#include <vector>

#include "injector/inject/translation.h"

namespace injector {

struct UrlParameter {
  std::string name;
  FieldText value;
};

// The texts, numbers and booleans in `extra` whose names `type` does not know, in their order.
// Without the settings of Airflow's own hooks, which no driver knows and some refuse. Has the
// percent-encoded form of secret ones scrubbed.
std::vector<UrlParameter> TakeUrlParameters(Translation& translation, std::string_view type);

}  // namespace injector
