# Run by cpack when files have been installed to its staging area and before packages are made of
# them: what Debian's policy asks for beyond an installation.
set(packages pvtune pvtune libpvs libpvs${CPACK_PVTUNE_SOVERSION} libpvs-dev libpvs-dev)

function(gzip file)
  execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

while(packages)
  list(POP_FRONT packages component package)
  set(usr ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
  if(NOT IS_DIRECTORY ${usr})
    message(FATAL_ERROR "${usr} is missing: configure with --preset package (prefix /usr)")
  endif()

  set(doc ${usr}/share/doc/${package})
  file(REMOVE ${doc}/LICENSE) # its text is in copyright
  foreach(folder ${CPACK_PVTUNE_DEBIAN})
    file(GLOB files ${folder}/copyright ${folder}/changelog)
    file(COPY ${files} DESTINATION ${doc}
      FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  endforeach()
  file(RENAME ${doc}/changelog ${doc}/changelog.Debian)
  gzip(${doc}/changelog.Debian)

  file(GLOB pages ${usr}/share/man/man*/*)
  foreach(page ${pages})
    gzip(${page})
  endforeach()

  file(GLOB binaries ${usr}/bin/* ${usr}/lib/*/lib*.so.*)
  foreach(binary ${binaries})
    if(NOT IS_SYMLINK ${binary})
      execute_process(COMMAND strip --strip-unneeded --remove-section=.comment --remove-section=.note
        ${binary} COMMAND_ERROR_IS_FATAL ANY)
    endif()
  endforeach()
  file(GLOB archives ${usr}/lib/*/lib*.a)
  foreach(archive ${archives})
    execute_process(COMMAND strip --strip-debug --remove-section=.comment --remove-section=.note
      --enable-deterministic-archives ${archive} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endwhile()
