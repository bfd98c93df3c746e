# SPDX-License-Identifier: BSD-2-Clause
# SIGNET_SYSROOT: the third-party libraries for the target, cached by the hash of their recipe.

set(SIGNET_CACHE ${PROJECT_SOURCE_DIR}/build/cache)
set(third_party ${PROJECT_SOURCE_DIR}/sdk/third_party)
set(recipe ${third_party}/lock
    ${third_party}/sysroot.py ${third_party}/CMakeLists.txt
    ${PROJECT_SOURCE_DIR}/sdk/cmake/signet-toolchain.cmake)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${recipe})

execute_process(COMMAND ${third_party}/sysroot.py --cache ${SIGNET_CACHE} --print
    OUTPUT_VARIABLE SIGNET_SYSROOT OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

# Nanopb's sources, for programs of the host.
set(SIGNET_NANOPB ${SIGNET_SYSROOT}/share/nanopb)

add_custom_command(OUTPUT ${SIGNET_SYSROOT}/complete
    BYPRODUCTS ${SIGNET_NANOPB}/pb_common.c ${SIGNET_NANOPB}/pb_decode.c
        ${SIGNET_NANOPB}/pb_encode.c
    COMMAND ${third_party}/sysroot.py --cache ${SIGNET_CACHE}
    COMMENT "Third-party libraries for the target" USES_TERMINAL VERBATIM)
add_custom_target(third_party DEPENDS ${SIGNET_SYSROOT}/complete)
