# Every target of the project links pvt_flags; installed targets do not pass it on.
add_library(pvt_flags INTERFACE)

set(CMAKE_C_STANDARD 17)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

target_compile_definitions(pvt_flags INTERFACE _GNU_SOURCE)
target_compile_options(pvt_flags INTERFACE
  -g
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  $<$<BOOL:${PVTUNE_WERROR}>:-Werror>
  # Results must be the same bytes whatever the compiler and SIMD level: no fused multiply-add
  # unless the source asks for one. The target stays baseline x86-64; wider kernels carry target
  # attributes and are chosen at run time.
  -ffp-contract=off
  # Two checkouts of one revision give one binary, and paths of unequal length never shift code.
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)

# Hardening, after dpkg-buildflags and more; tests/install/hardening.sh checks the built files.
# Sanitizers bring checks of their own, which _FORTIFY_SOURCE would hide from them.
target_compile_options(pvt_flags INTERFACE
  -fstack-protector-strong
  $<$<NOT:$<BOOL:$<TARGET_PROPERTY:POSITION_INDEPENDENT_CODE>>>:-fPIE>)
# The address sanitizer's tables have 200,000 pointers, which a fixed address spares each start of a program: a quarter of it.
set(pie -pie)
if(PVTUNE_SANITIZE MATCHES "address")
  set(pie -no-pie)
endif()
target_link_options(pvt_flags INTERFACE
  -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
  $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:${pie}>)
if(NOT PVTUNE_SANITIZE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  include(CheckCSourceCompiles)
  # Level 3 needs gcc 12 or clang 9, and glibc 2.34, which warns where it falls back to 2.
  set(CMAKE_REQUIRED_FLAGS "-O2 -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3")
  check_c_source_compiles("#include <string.h>\nint main(void) { return 0; }" PVTUNE_FORTIFY_3)
  unset(CMAKE_REQUIRED_FLAGS)
  target_compile_options(pvt_flags INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$<IF:$<BOOL:${PVTUNE_FORTIFY_3}>,3,2>)
endif()

if(PVTUNE_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "PVTUNE_FUZZ needs clang (found ${CMAKE_C_COMPILER_ID}); use --preset fuzz")
  endif()
  target_compile_options(pvt_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(PVTUNE_SANITIZE)
  target_compile_options(pvt_flags INTERFACE
    -fsanitize=${PVTUNE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # gcc judges these two by data flow, which the instrumentation changes; release builds do warn.
    "$<$<C_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-format-truncation>")
  # gcc's address sanitizer within the programs: as shared libraries it makes each start take half as long again. The
  # modules that a program loads use the program's.
  set(linked -fsanitize=${PVTUNE_SANITIZE})
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND PVTUNE_SANITIZE MATCHES "address")
    set(linked "$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-fsanitize=${PVTUNE_SANITIZE};-static-libasan;-static-libubsan;-Wl,--export-dynamic-symbol=__asan_*;-Wl,--export-dynamic-symbol=__ubsan_*>")
  endif()
  target_link_options(pvt_flags INTERFACE "${linked}")
endif()
