# At -O2 g++ 12 takes every `*pointer` behind an ASSERT, and parts of libstdc++'s streams, for null
# dereferences. A source property, because it must come after the options of project_options.
function(injector_relax_test_warnings)
  set_source_files_properties(${ARGN} PROPERTIES
    COMPILE_OPTIONS $<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference>)
endfunction()

# injector_add_test(NAME <target> LABEL <unit|conformance|blackbox|integration> SOURCES … LIBRARIES … [COMPUTES]
#                 [WHOLE])
#
# One GoogleTest binary; each of its tests becomes a ctest test named <target>.<Suite>.<Test>, so that
# `ctest -j` spreads them and `ctest -L unit` picks a kind. Binaries stay out of bin/, which holds
# only what is shipped. Where things are on disk: tests/support/paths.h.
#
# Tests are compiled without optimization, which takes a third of the time; what they test is not. COMPUTES is for
# the few that compute much themselves, such as a naive reference. WHOLE makes one ctest test of the binary: for tests
# that share a server which takes seconds to start. Under a sanitizer every unit binary is whole: starting it takes longer
# there than most of its tests, and it looks at them in one process, one after the other, as well; and integration tests
# are built only when named: their time belongs to other people's programs.
function(injector_add_test)
  cmake_parse_arguments(PARSE_ARGV 0 ARG "COMPUTES;WHOLE" "NAME;LABEL;TIMEOUT" "SOURCES;LIBRARIES;DEPENDS")
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  injector_relax_test_warnings(${ARG_SOURCES})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE project_options ${ARG_LIBRARIES} test_paths GTest::gtest GTest::gmock
                        GTest::gtest_main)
  if(NOT ARG_COMPUTES)
    target_compile_options(${ARG_NAME} PRIVATE -O0 -U_FORTIFY_SOURCE)
    use_precompiled_headers(${ARG_NAME} test_headers)
  endif()
  if(INJECTOR_SANITIZE AND ARG_LABEL STREQUAL "integration")
    set_target_properties(${ARG_NAME} PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
  if(ARG_DEPENDS)
    add_dependencies(${ARG_NAME} ${ARG_DEPENDS})
  endif()
  if(ARG_WHOLE OR (INJECTOR_SANITIZE AND ARG_LABEL STREQUAL "unit"))
    if(ARG_TIMEOUT LESS 600)
      set(ARG_TIMEOUT 600)
    endif()
    add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME})
    set_tests_properties(${ARG_NAME} PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT ${ARG_TIMEOUT})
    return()
  endif()
  gtest_discover_tests(${ARG_NAME} TEST_PREFIX "${ARG_NAME}." DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES
    PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
