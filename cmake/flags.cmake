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
  target_link_options(pvt_flags INTERFACE -fsanitize=${PVTUNE_SANITIZE})
endif()
