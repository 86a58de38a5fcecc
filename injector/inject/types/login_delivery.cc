#include "injector/inject/types/login_delivery.h"

namespace injector {

Result<LoginDelivery> ReadLoginDelivery(const Translation& translation) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> delivery, translation.Field("delivery"));
  if (!delivery || delivery->text.Reveal() == "static") return LoginDelivery::kStatic;
  if (delivery->text.Reveal() == "helper") return LoginDelivery::kHelper;
  return translation.FieldError("delivery", "is neither static nor helper");
}

}  // namespace injector
