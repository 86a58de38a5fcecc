# Headers that nearly every file includes, parsed once for all of them: a third of the time that compiling a library
# takes, half of a test's. Files still include what they use: presets without INJECTOR_PRECOMPILED_HEADERS say when one
# does not.
#
# Not target_precompile_headers(… REUSE_FROM …): it names the file by an absolute path in a place where the compiler
# cache does not see through it (-Xclang). Here it is relative to the build folder, where Ninja runs the compiler.

set(PRECOMPILED_HEADERS_SOURCE "${CMAKE_CURRENT_LIST_DIR}/precompiled_headers.cc")

# add_precompiled_headers(<set> STATIC|EXECUTABLE HEADERS … [OPTIONS …] [LIBRARIES …])
#
# Of one kind with the targets that use it and with their options, so that the flags are theirs: a compiler refuses
# the file otherwise.
function(add_precompiled_headers NAME KIND)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "" "" "HEADERS;OPTIONS;LIBRARIES")
  if(KIND STREQUAL "EXECUTABLE")
    add_executable(${NAME} EXCLUDE_FROM_ALL "${PRECOMPILED_HEADERS_SOURCE}")
  else()
    add_library(${NAME} ${KIND} EXCLUDE_FROM_ALL "${PRECOMPILED_HEADERS_SOURCE}")
  endif()
  target_link_libraries(${NAME} PRIVATE project_options ${ARG_LIBRARIES})
  target_compile_options(${NAME} PRIVATE ${ARG_OPTIONS} $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
  target_precompile_headers(${NAME} PRIVATE ${ARG_HEADERS})
  # No compiler cache: the file names this build's folder.
  set_target_properties(${NAME} PROPERTIES CXX_COMPILER_LAUNCHER "")

  file(RELATIVE_PATH FILE "${CMAKE_BINARY_DIR}" "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${NAME}.dir/cmake_pch.hxx")
  set_target_properties(${NAME} PROPERTIES PRECOMPILED_FILE "${FILE}")
  write_precompiled_headers_sum("${CMAKE_BINARY_DIR}/${FILE}" ${ARG_HEADERS})
endfunction()

# The cache knows a precompiled file by this sum of what is in it, which is the same in every checkout (ccache(1),
# pch_external_checksum).
function(write_precompiled_headers_sum FILE)
  list(TRANSFORM ARGN PREPEND "#include " OUTPUT_VARIABLE TEXT)
  list(JOIN TEXT "\n" TEXT)
  file(WRITE "${FILE}.sum.cc" "${TEXT}\n")
  execute_process(
    COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -E "${FILE}.sum.cc" OUTPUT_VARIABLE TEXT COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "${CMAKE_BINARY_DIR}" "" TEXT "${TEXT}")
  string(SHA256 SUM "${TEXT}")
  foreach(EXTENSION gch pch)
    file(WRITE "${FILE}.${EXTENSION}.sum" "${SUM}")
  endforeach()
endfunction()

# use_precompiled_headers(<target> <set>)
#
# Not for files that are optimized in a way of their own.
function(use_precompiled_headers TARGET NAME)
  get_target_property(FILE ${NAME} PRECOMPILED_FILE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    set(PARSED ${FILE}.pch)
    set(OPTIONS -include-pch ${PARSED})
  else()
    set(PARSED ${FILE}.gch)
    # g++ 12 takes what it inlines from a precompiled header for ours, not the system's, and reports its own false
    # alarms about the standard library's strings and Result's value. Builds without say what is to be said.
    set(OPTIONS -Winvalid-pch -include ${FILE} -Wno-array-bounds -Wno-maybe-uninitialized -Wno-null-dereference
                -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
  endif()
  get_target_property(FOLDER ${TARGET} SOURCE_DIR)
  get_target_property(SOURCES ${TARGET} SOURCES)
  list(FILTER SOURCES INCLUDE REGEX "\\.cc$")
  foreach(SOURCE IN LISTS SOURCES)
    cmake_path(ABSOLUTE_PATH SOURCE BASE_DIRECTORY "${FOLDER}")
    get_source_file_property(OWN "${SOURCE}" TARGET_DIRECTORY ${TARGET} COMPILE_OPTIONS)
    if(NOT OWN MATCHES "-O[0-3s]")
      set_property(SOURCE "${SOURCE}" TARGET_DIRECTORY ${TARGET} APPEND PROPERTY COMPILE_OPTIONS ${OPTIONS})
      set_property(SOURCE "${SOURCE}" TARGET_DIRECTORY ${TARGET} APPEND PROPERTY OBJECT_DEPENDS
                   "${CMAKE_BINARY_DIR}/${PARSED}")
    endif()
  endforeach()
endfunction()

# precompile_headers_of_libraries(<set> <folder>…)
#
# For every library below the folders that has no optimization of its own.
function(precompile_headers_of_libraries NAME)
  foreach(FOLDER IN LISTS ARGN)
    get_property(INNER DIRECTORY "${FOLDER}" PROPERTY SUBDIRECTORIES)
    precompile_headers_of_libraries(${NAME} ${INNER})
    get_property(TARGETS DIRECTORY "${FOLDER}" PROPERTY BUILDSYSTEM_TARGETS)
    foreach(TARGET IN LISTS TARGETS)
      get_target_property(KIND ${TARGET} TYPE)
      get_target_property(OWN ${TARGET} COMPILE_OPTIONS)
      if(KIND STREQUAL "STATIC_LIBRARY" AND NOT OWN MATCHES "-O[0-3s]")
        use_precompiled_headers(${TARGET} ${NAME})
      endif()
    endforeach()
  endforeach()
endfunction()
