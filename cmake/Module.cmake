# trialcds_module(<name> SOURCES ... USES <modules> PRIVATE_LIBRARIES ...)
# One static library trialcds::<name> whose only public include directory is its own: an include of a module that
# neither it nor what it uses uses does not compile, so none can run upwards.
function(trialcds_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;LIBRARIES;PRIVATE_LIBRARIES" ${ARGN})
  add_library(trialcds_${name} STATIC ${ARG_SOURCES})
  add_library(trialcds::${name} ALIAS trialcds_${name})
  target_include_directories(trialcds_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include)
  list(TRANSFORM ARG_USES PREPEND trialcds::)
  target_link_libraries(trialcds_${name} PUBLIC ${ARG_USES} ${ARG_LIBRARIES} PRIVATE ${ARG_PRIVATE_LIBRARIES})
  trialcds_harden(trialcds_${name})
endfunction()

# The counters that guide a fuzzer are for what is fuzzed: in a test they cost a fifth of its time to compile.
set(TRIALCDS_NOT_FUZZED -fno-sanitize=fuzzer-no-link)

# trialcds_test(<name> LABEL <unit|service|slow> [WHOLE] [THREADS|ONE_THREAD] [RUNS_PROGRAM] SOURCES ... USES <modules>
# LIBRARIES ... SANITIZED_WITHOUT <test names, with *> PROPERTIES <ctest properties>): one GoogleTest program with one label.
#   unit     needs no server, no socket and no program beside it: what `make check` runs. One ctest entry for all its
#            tests, for a process of its own costs more than most of them; a failure still names the test.
#   service  talks to a server that it starts; slow: whole corpora, or a server of others. One ctest entry per TEST;
#            with WHOLE one for all, for tests that share what is slow to start.
# In a sanitized build, where a start costs much more, one entry for all. Under ThreadSanitizer only
# programs that start threads are built: service, slow without ONE_THREAD, and unit with THREADS.
# RUNS_PROGRAM: its tests start trial-cds.
# SANITIZED_WITHOUT: what a sanitized build leaves out, since it runs code that other tests of the program run, over and over.
function(trialcds_test name)
  cmake_parse_arguments(ARG "WHOLE;THREADS;ONE_THREAD;RUNS_PROGRAM" "LABEL" "SOURCES;USES;LIBRARIES;SANITIZED_WITHOUT;PROPERTIES" ${ARGN})
  if(NOT ARG_LABEL MATCHES "^(unit|service|slow)$")
    message(FATAL_ERROR "${name}: LABEL must be unit, service or slow, not '${ARG_LABEL}'")
  endif()
  if(TRIALCDS_THREADED_TESTS_ONLY AND (ARG_ONE_THREAD OR (ARG_LABEL STREQUAL "unit" AND NOT ARG_THREADS)))
    set(left_out EXCLUDE_FROM_ALL)
  endif()
  add_executable(${name} ${left_out} ${ARG_SOURCES})
  list(TRANSFORM ARG_USES PREPEND trialcds::)
  target_link_libraries(${name} PRIVATE ${ARG_USES} ${ARG_LIBRARIES} trialcds_gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    TRIALCDS_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    TRIALCDS_SHARED_DIR="${CMAKE_SOURCE_DIR}/../shared")
  if(ARG_RUNS_PROGRAM)
    add_dependencies(${name} trial-cds)
    target_compile_definitions(${name} PRIVATE TRIALCDS_PROGRAM="$<TARGET_FILE:trial-cds>")
  endif()
  target_compile_options(${name} PRIVATE -O0) # gmock's templates: half the time to compile, as fast to run
  target_precompile_headers(${name} REUSE_FROM trialcds_gmock)
  if(TRIALCDS_FUZZ)
    target_compile_options(${name} PRIVATE ${TRIALCDS_NOT_FUZZED})
  endif()
  if(TRIALCDS_SANITIZED)
    target_link_libraries(${name} PRIVATE trialcds_sanitizer_defaults)
  endif()
  if(left_out)
    return()
  endif()
  if(ARG_LABEL STREQUAL "unit")
    add_dependencies(unit-tests ${name})
    set(ARG_WHOLE ON)
  endif()
  if(ARG_WHOLE OR TRIALCDS_SANITIZED)
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} ${ARG_PROPERTIES})
    if(TRIALCDS_SANITIZED AND ARG_SANITIZED_WITHOUT)
      list(JOIN ARG_SANITIZED_WITHOUT ":" left_out_tests)
      set_tests_properties(${name} PROPERTIES ENVIRONMENT "GTEST_FILTER=-${left_out_tests}")
    endif()
  else()
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${ARG_LABEL} ${ARG_PROPERTIES})
  endif()
endfunction()
