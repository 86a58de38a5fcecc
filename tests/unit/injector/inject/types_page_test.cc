#include "injector/inject/types_page.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/support/paths.h"

namespace injector {
namespace {

TEST(TypesPage, IsWhatStandsInTheRepository) {
  std::ifstream file(tests::SourceFile("../injector/inject/TYPES.md"));
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), TypesPage()) << "stale: injector types --page >injector/inject/TYPES.md";
}

}  // namespace
}  // namespace injector
