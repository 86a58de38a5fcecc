# What nearly every test includes, parsed once for all of them: half of the time that compiling them takes. Files still
# include what they use; the rest of the project, which is what ships, is compiled without.
set(TEST_HEADERS
  <algorithm> <chrono> <functional> <map> <memory> <optional> <span> <sstream> <string> <string_view> <utility> <variant>
  <vector> <gmock/gmock.h> <gtest/gtest.h>)

# An executable, so that the flags are those of the test binaries. No compiler cache: the file names this build's folder.
add_executable(test_headers EXCLUDE_FROM_ALL cmake/precompiled_headers.cc)
target_link_libraries(test_headers PRIVATE project_options GTest::gtest GTest::gmock)
target_compile_options(test_headers PRIVATE -O0 -U_FORTIFY_SOURCE
  $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
target_precompile_headers(test_headers PRIVATE ${TEST_HEADERS})
set_target_properties(test_headers PROPERTIES CXX_COMPILER_LAUNCHER "")

set(TEST_HEADERS_FILE CMakeFiles/test_headers.dir/cmake_pch.hxx)

# The cache knows the precompiled file by this sum of what is in it, which is the same in every checkout (ccache(1),
# pch_external_checksum).
list(TRANSFORM TEST_HEADERS PREPEND "#include " OUTPUT_VARIABLE TEST_HEADERS_TEXT)
list(JOIN TEST_HEADERS_TEXT "\n" TEST_HEADERS_TEXT)
file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/test_headers.cc" "${TEST_HEADERS_TEXT}\n")
execute_process(
  COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -E "${CMAKE_CURRENT_BINARY_DIR}/test_headers.cc"
  OUTPUT_VARIABLE TEST_HEADERS_TEXT COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "${CMAKE_CURRENT_BINARY_DIR}" "" TEST_HEADERS_TEXT "${TEST_HEADERS_TEXT}")
string(SHA256 TEST_HEADERS_SUM "${TEST_HEADERS_TEXT}")
foreach(EXTENSION gch pch)
  file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/${TEST_HEADERS_FILE}.${EXTENSION}.sum" "${TEST_HEADERS_SUM}")
endforeach()

# use_test_headers(<target> <source>…)
#
# Not REUSE_FROM: it names the file by an absolute path in a place where the cache does not see through it (-Xclang).
# Relative to the build folder, where Ninja runs the compiler.
function(use_test_headers TARGET)
  set(FILE tests/${TEST_HEADERS_FILE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    set(PARSED ${FILE}.pch)
    target_compile_options(${TARGET} PRIVATE "SHELL:-include-pch ${PARSED}")
  else()
    set(PARSED ${FILE}.gch)
    target_compile_options(${TARGET} PRIVATE -Winvalid-pch "SHELL:-include ${FILE}")
  endif()
  set_source_files_properties(${ARGN} PROPERTIES OBJECT_DEPENDS "${CMAKE_BINARY_DIR}/${PARSED}")
endfunction()
