# trialcds_harden(<target>)
# What a fault of memory, should there be one, meets in everything that is installed: stack canaries, checked copies of
# the C library, indirect jumps to marked places only (x86), an executable at addresses that nobody knows, tables of
# foreign functions that are read-only before main() begins, no stack that can be executed. On in all builds but those
# of the sanitizers, which see more and bring their own allocator and frames; a test reads the built program.
# Whether the program is marked for IBT and shadow stacks is up to the C library's start files and the static libraries
# that are linked in: the linker keeps the mark only if all of them bear it.
option(TRIALCDS_HARDENED "Harden what is installed against faults of memory" ON)
if(TRIALCDS_SANITIZED)
  set(TRIALCDS_HARDENED OFF)
endif()

set(TRIALCDS_HARDENING_COMPILE -fPIE -fstack-protector-strong)
set(TRIALCDS_HARDENING_LINK -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|i[3-6]86")
  list(APPEND TRIALCDS_HARDENING_COMPILE -fcf-protection=full)
endif()
# The C library's checks need an optimiser.
if(CMAKE_BUILD_TYPE MATCHES "^(Release|RelWithDebInfo|MinSizeRel)$" OR CMAKE_CXX_FLAGS MATCHES "-O[123s]")
  set(TRIALCDS_FORTIFIED ${TRIALCDS_HARDENED})
  list(APPEND TRIALCDS_HARDENING_COMPILE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()

function(trialcds_harden target)
  if(NOT TRIALCDS_HARDENED)
    return()
  endif()
  target_compile_options(${target} PRIVATE ${TRIALCDS_HARDENING_COMPILE})
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "EXECUTABLE")
    target_link_options(${target} PRIVATE ${TRIALCDS_HARDENING_LINK})
  endif()
endfunction()
