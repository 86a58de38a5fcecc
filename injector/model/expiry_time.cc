#include "injector/model/expiry_time.h"

#include "injector/base/clock.h"

namespace injector {

std::string ExpiryTime(std::string_view text) {
  const std::string end_of_day = std::string(text) + "T23:59:59Z";
  return ParseRfc3339(end_of_day) ? end_of_day : std::string(text);
}

}  // namespace injector
