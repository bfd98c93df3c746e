# SPDX-License-Identifier: BSD-2-Clause
# Targets over the whole system: `system` is everything an image is made of; image, run and debug work on
# the manifest SIGNET_MANIFEST. The image is part of `all`: a build after an edited manifest changes it.

set(scripts ${PROJECT_SOURCE_DIR}/scripts/lib)
set(python /usr/bin/python3)

add_custom_target(system ALL)
add_dependencies(system kernel sdk ${SIGNET_PROGRAMS} manifest-check)

# signet_action(NAME script arguments... ): a target that runs a script on the built system.
function(signet_action name script)
    add_custom_target(${name}
        COMMAND ${python} ${scripts}/${script} --no-build --build ${PROJECT_BINARY_DIR} ${ARGN}
        WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} USES_TERMINAL VERBATIM)
    add_dependencies(${name} system)
endfunction()

signet_action(image image.py ${SIGNET_MANIFEST})
set_target_properties(image PROPERTIES EXCLUDE_FROM_ALL FALSE)
signet_action(run run.py ${SIGNET_MANIFEST})
signet_action(debug debug.py --manifest ${SIGNET_MANIFEST})
