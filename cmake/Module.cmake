# trialcds_module(<name> SOURCES ... USES <modules> PRIVATE_LIBRARIES ...)
# One static library trialcds::<name> whose only public include directory is its own, so that an include of a
# module it does not use does not compile.
function(trialcds_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;LIBRARIES;PRIVATE_LIBRARIES" ${ARGN})
  add_library(trialcds_${name} STATIC ${ARG_SOURCES})
  add_library(trialcds::${name} ALIAS trialcds_${name})
  target_include_directories(trialcds_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include)
  list(TRANSFORM ARG_USES PREPEND trialcds::)
  target_link_libraries(trialcds_${name} PUBLIC ${ARG_USES} ${ARG_LIBRARIES} PRIVATE ${ARG_PRIVATE_LIBRARIES})
endfunction()

# trialcds_test(<name> [WHOLE | APART] [RUNS_PROGRAM] SOURCES ... USES <modules> LIBRARIES ... PROPERTIES <ctest
# properties>): one GoogleTest program, one ctest entry per TEST; with WHOLE one entry for all, for tests that share
# what is slow to start; with RUNS_PROGRAM its tests start trial-cds. In a sanitized build, where a start costs more
# than most tests, one entry for all unless APART.
function(trialcds_test name)
  cmake_parse_arguments(ARG "WHOLE;APART;RUNS_PROGRAM" "" "SOURCES;USES;LIBRARIES;PROPERTIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  list(TRANSFORM ARG_USES PREPEND trialcds::)
  target_link_libraries(${name} PRIVATE ${ARG_USES} ${ARG_LIBRARIES} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    TRIALCDS_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    TRIALCDS_SHARED_DIR="${CMAKE_SOURCE_DIR}/../shared")
  if(ARG_RUNS_PROGRAM)
    add_dependencies(${name} trial-cds)
    target_compile_definitions(${name} PRIVATE TRIALCDS_PROGRAM="$<TARGET_FILE:trial-cds>")
  endif()
  target_compile_options(${name} PRIVATE -O0) # gmock's templates: half the time to compile, as fast to run
  target_precompile_headers(${name} REUSE_FROM trialcds_gmock)
  if(TRIALCDS_SANITIZED)
    target_link_libraries(${name} PRIVATE trialcds_sanitizer_defaults)
  endif()
  if(ARG_PROPERTIES)
    set(properties PROPERTIES ${ARG_PROPERTIES})
  endif()
  if(ARG_WHOLE OR (TRIALCDS_SANITIZED AND NOT ARG_APART))
    add_test(NAME ${name} COMMAND ${name})
    if(ARG_PROPERTIES)
      set_tests_properties(${name} ${properties})
    endif()
  else()
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 ${properties})
  endif()
endfunction()
