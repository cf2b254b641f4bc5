# Fails when a source includes what its folder may not use (the table below).
#   cmake [-DROOT=DIR] -P cmake/check_layers.cmake
# A quoted include must start with a folder listed for its own; pvs/ is the core's public header.
# Angle-bracket includes are free, but for those listed as forbidden.
cmake_minimum_required(VERSION 3.25)

if(NOT ROOT)
  cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH ROOT)
endif()

set(folders
  core/include/pvs
  core/src/base core/src/model core/src/study core/src/input core/src/engine core/src/output
  harness/base harness/decide harness/synth harness/machine harness/exec harness/cluster
  harness/measure harness/tune
  harness/compare harness/report harness/cli
  bench)

set(may_use_core/include/pvs pvs)
set(may_use_core/src/base   pvs base)
set(may_use_core/src/model  pvs base model)
set(may_use_core/src/study  pvs base model study)
set(may_use_core/src/input  pvs base model study input)
set(may_use_core/src/engine pvs base model study engine)
set(may_use_core/src/output pvs base model study engine output)

set(may_use_harness/base    pvs base)
set(may_use_harness/decide  base decide)
set(may_use_harness/synth   pvs base synth)
set(may_use_harness/machine pvs base machine)
set(may_use_harness/exec    pvs base machine exec)
set(may_use_harness/cluster pvs base machine exec cluster)
set(may_use_harness/measure pvs base machine exec decide measure)
set(may_use_harness/tune    pvs base machine exec decide measure tune)
set(may_use_harness/compare pvs base machine exec decide measure tune compare)
set(may_use_harness/report  pvs base machine decide measure tune compare report)
set(may_use_harness/cli     pvs base machine exec cluster decide measure tune compare report synth cli)

set(may_use_bench pvs base model study input engine output synth)

# The core has no threads and starts no process; decisions see numbers only; r-mathlib (GPL) stays
# in one folder, and out of the core for its licence's sake.
set(forbidden_core           pthread threads sched spawn sys/wait hwloc Rmath)
set(forbidden_harness        Rmath)
set(forbidden_harness/decide pthread threads sched spawn sys/wait unistd hwloc)
set(forbidden_bench          Rmath)

set(violations 0)
foreach(folder ${folders})
  if(folder MATCHES "^core/")
    set(forbidden ${forbidden_core})
  elseif(DEFINED forbidden_${folder})
    set(forbidden ${forbidden_${folder}})
  else()
    string(REGEX MATCH "^[a-z]+" top ${folder})
    set(forbidden ${forbidden_${top}})
  endif()

  file(GLOB sources ${ROOT}/${folder}/*.c ${ROOT}/${folder}/*.cc ${ROOT}/${folder}/*.h)
  foreach(source ${sources})
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${ROOT} OUTPUT_VARIABLE shown)
    file(STRINGS ${source} includes REGEX "^[ \t]*#[ \t]*include")
    foreach(include ${includes})
      if(include MATCHES "\"([^\"]*)\"")
        set(header ${CMAKE_MATCH_1})
        string(REGEX REPLACE "/[^/]*$" "" used ${header})
        if(folder STREQUAL "bench" AND NOT header MATCHES "/")
          continue() # bench is flat: its own headers stand beside the sources
        endif()
        if(NOT used IN_LIST may_use_${folder})
          message(SEND_ERROR "${shown} includes \"${header}\"; ${folder} may use only: "
                             "${may_use_${folder}}")
          math(EXPR violations "${violations} + 1")
        endif()
      elseif(include MATCHES "<([^>]*)\\.h>" AND CMAKE_MATCH_1 IN_LIST forbidden)
        message(SEND_ERROR "${shown} includes <${CMAKE_MATCH_1}.h>, which ${folder} must not use")
        math(EXPR violations "${violations} + 1")
      endif()
    endforeach()
  endforeach()
endforeach()

if(violations EQUAL 0)
  message(STATUS "include directions hold")
endif()
