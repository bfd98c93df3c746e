# SPDX-License-Identifier: BSD-2-Clause
# Where the parts of the SDK go under its prefix. Headers, libraries and the CMake package have the
# usual places; what the tools need is in share/signet, at the same places as in the tree, so that the
# tools are the same files in both.

include(CMakePackageConfigHelpers)

# Folders that are the SDK's alone whatever the prefix: nothing of an earlier one is left there.
install(CODE "
    set(prefix \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")
    file(REMOVE_RECURSE \"\${prefix}/include/signet\" \"\${prefix}/share/signet/sdk\"
        \"\${prefix}/share/signet/scripts\")")

# <signet/abi/...> is the same header as "abi/...", by the longer name.
file(GLOB abi RELATIVE ${kernel} CONFIGURE_DEPENDS ${kernel}/abi/*.h)
foreach(header IN LISTS abi ITEMS abi/version.h)
    file(CONFIGURE OUTPUT forward/signet/${header} @ONLY CONTENT
        "/* SPDX-License-Identifier: BSD-2-Clause */\n#pragma once\n#include \"${header}\"\n")
endforeach()

install(TARGETS signet DESTINATION lib)
install(DIRECTORY include/ ${CMAKE_CURRENT_BINARY_DIR}/forward/ ${SIGNET_VERSION_INCLUDE}/
    DESTINATION include FILES_MATCHING PATTERN "*.h")
install(DIRECTORY ${kernel}/abi DESTINATION include FILES_MATCHING PATTERN "*.h")
install(FILES ${kernel}/core/elf64.h ${kernel}/core/index.h ${kernel}/core/base.h
    ${kernel}/core/little_endian.h
    DESTINATION include/core)
foreach(proto IN LISTS protos)
    cmake_path(GET proto PARENT_PATH folder)
    cmake_path(REPLACE_EXTENSION proto LAST_ONLY "" OUTPUT_VARIABLE stem)
    install(FILES ${generated}/${stem}.pb.h DESTINATION include/interfaces/${folder})
    install(FILES ${generated}/${stem}.rpc.h DESTINATION include/interfaces/${folder} OPTIONAL)
endforeach()
install(FILES ld/signet.ld DESTINATION lib)
install(DIRECTORY ${SIGNET_SYSROOT}/include ${SIGNET_SYSROOT}/lib DESTINATION sysroot
    PATTERN "*.specs" EXCLUDE) # of another compiler, with paths of this machine
install(DIRECTORY ${SIGNET_SYSROOT}/share/nanopb DESTINATION sysroot/share)

# For find_package and for pkg-config.
set(package lib/cmake/Signet)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/SignetConfigVersion.cmake
    VERSION ${SIGNET_VERSION} COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
install(FILES cmake/SignetConfig.cmake cmake/SignetInterfaces.cmake cmake/SignetAddImage.cmake
    cmake/SignetAddTest.cmake cmake/signet-toolchain.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/SignetConfigVersion.cmake DESTINATION ${package})
configure_file(cmake/signet.pc.in signet.pc @ONLY)
configure_file(cmake/signet-sodium.pc.in signet-sodium.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/signet.pc ${CMAKE_CURRENT_BINARY_DIR}/signet-sodium.pc
    DESTINATION lib/pkgconfig)

# The tools and what they work with.
set(share share/signet)
file(CONFIGURE OUTPUT VERSION CONTENT "${SIGNET_VERSION}\n")
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/VERSION DESTINATION ${share}/sdk)
install(DIRECTORY interfaces src DESTINATION ${share}/sdk)
install(DIRECTORY ${generated}/ DESTINATION ${share}/docs/interfaces FILES_MATCHING PATTERN "*.md")
install(DIRECTORY host DESTINATION ${share}/sdk PATTERN test EXCLUDE)
install(DIRECTORY ${kernel}/core DESTINATION ${share}/kernel
    FILES_MATCHING PATTERN "*.h" PATTERN test EXCLUDE) # for src, as the host kit compiles it
install(DIRECTORY debug DESTINATION ${share}/sdk
    FILES_MATCHING PATTERN "*.py" PATTERN "*.[ch]" PATTERN test EXCLUDE)
install(DIRECTORY templates plugin DESTINATION ${share}/sdk USE_SOURCE_PERMISSIONS
    PATTERN __pycache__ EXCLUDE)
install(DIRECTORY ${top}/manifests/schema DESTINATION ${share}/manifests)
install(DIRECTORY ${top}/manifests/check/tool DESTINATION ${share}/manifests/check
    FILES_MATCHING PATTERN "*.py")
file(GLOB manifests CONFIGURE_DEPENDS ${top}/manifests/*.textproto)
list(FILTER manifests EXCLUDE REGEX "/(test-|bench|shares|alone)[^/]*$") # of programs that do not ship
install(FILES ${manifests} DESTINATION ${share}/manifests)
install(DIRECTORY ${top}/scripts/lib DESTINATION ${share}/scripts
    FILES_MATCHING PATTERN "*.py" PATTERN "bench*.py" EXCLUDE PATTERN scale.py EXCLUDE
    PATTERN package.py EXCLUDE PATTERN compare.py EXCLUDE)

# bin/signet-NAME is scripts/NAME.
file(GLOB scripts CONFIGURE_DEPENDS ${top}/scripts/*)
list(FILTER scripts EXCLUDE REGEX "/(bench|eva|fuzz|models|prove|reproduce|stress|test|verify|cmake|lib)$") # of the tree
foreach(script IN LISTS scripts)
    cmake_path(GET script FILENAME name)
    install(PROGRAMS ${script} DESTINATION ${share}/scripts)
    install(CODE "
        set(bin \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/bin\")
        file(MAKE_DIRECTORY \${bin})
        file(CREATE_LINK ../${share}/scripts/${name} \${bin}/signet-${name} SYMBOLIC)")
endforeach()

install(FILES README.md ${top}/LICENSE DESTINATION share/doc/signet)

# What it was built from; who installs programs beside it writes this anew.
install(CODE "execute_process(
    COMMAND /usr/bin/python3 \"${top}/scripts/lib/sbom.py\" \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\"
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)")
