# SPDX-License-Identifier: BSD-2-Clause
# `cmake --install` puts the SDK and the system it is for under one prefix; the target sdk-package makes
# one archive of that. Every project is installed by its own rules, so that nothing stale gets in.

# Programs that are not part of the system, by their names: they test it or measure it.
set(stock ${SIGNET_PROGRAMS})
list(FILTER stock EXCLUDE REGEX "^(test-|bench)")

function(signet_install project prefix)
    install(CODE "execute_process(
        COMMAND \${CMAKE_COMMAND} --install \"${PROJECT_BINARY_DIR}/project/${project}/build\"
            --prefix \"\${CMAKE_INSTALL_PREFIX}${prefix}\"
        COMMAND_ERROR_IS_FATAL ANY)")
endfunction()

signet_install(sdk "")
foreach(program IN ITEMS kernel LISTS stock)
    signet_install(${program} /share/signet/system)
endforeach()
install(CODE "execute_process(
    COMMAND \"${PROJECT_SOURCE_DIR}/sdk/third_party/licences.py\" --cache \"${SIGNET_CACHE}\"
        \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/share/doc/signet/licences\"
    COMMAND_ERROR_IS_FATAL ANY)")

# Of all that is installed by now: what it is and what it was built from.
install(CODE "execute_process(
    COMMAND /usr/bin/python3 \"${PROJECT_SOURCE_DIR}/scripts/lib/sbom.py\" \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\"
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)")

# The manual comes along if it was made; the package always has it.
signet_action(manual manual.py)
install(DIRECTORY ${PROJECT_BINARY_DIR}/manual/html/ DESTINATION share/doc/signet/manual OPTIONAL
    PATTERN .buildinfo EXCLUDE)
signet_action(sdk-package package.py)
add_dependencies(sdk-package manual)
