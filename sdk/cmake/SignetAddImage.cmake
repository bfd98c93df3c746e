# SPDX-License-Identifier: BSD-2-Clause
# Bootable images of a project's own programs and the SDK's kernel, init and stock programs.

set(SIGNET_SYSTEM ${SIGNET_SHARE}/system/bin CACHE PATH "Kernel, init and stock programs of images")
option(SIGNET_BUILD_IMAGES "Make images with all the rest, not only when they are asked for" ON)

# signet_add_image(NAME name MANIFEST file... [SERVICES target...] [KEY file])
# The target `name` makes <build>/name.iso. Several files are one manifest together. KEY is the Ed25519
# private key that signs (openssl genpkey -algorithm ed25519); without it a key of this build does.
function(signet_add_image)
    cmake_parse_arguments(PARSE_ARGV 0 image "" "NAME;KEY" "MANIFEST;SERVICES")
    if(NOT image_NAME OR NOT image_MANIFEST OR image_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "signet_add_image: found '${ARGN}', expected "
            "NAME name MANIFEST file... [SERVICES target...] [KEY file]")
    endif()
    list(TRANSFORM image_MANIFEST PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/
        REGEX "^[^/]" OUTPUT_VARIABLE manifests)
    set(options)
    foreach(service IN LISTS image_SERVICES)
        set(folder)
        if(TARGET ${service})
            get_target_property(folder ${service} SIGNET_INTERFACES)
        endif()
        if(NOT folder)
            message(FATAL_ERROR "signet_add_image: found '${service}' in SERVICES of ${image_NAME}, "
                "expected a target of signet_add_service or signet_add_driver")
        endif()
        list(APPEND options --programs $<TARGET_FILE_DIR:${service}> --interfaces ${folder})
    endforeach()
    if(image_KEY)
        cmake_path(ABSOLUTE_PATH image_KEY)
        list(APPEND options --key ${image_KEY})
    endif()
    # The tool itself sees whether anything changed, whatever it comes from.
    set(all)
    if(SIGNET_BUILD_IMAGES)
        set(all ALL)
    endif()
    add_custom_target(${image_NAME} ${all}
        COMMAND ${SIGNET_PYTHON} ${SIGNET_SHARE}/scripts/lib/image.py ${manifests}
            --build ${CMAKE_BINARY_DIR} ${options} --programs ${SIGNET_SYSTEM}
            --output ${CMAKE_BINARY_DIR}/${image_NAME}.iso
        COMMENT "Image ${image_NAME}.iso" VERBATIM)
    if(image_SERVICES)
        add_dependencies(${image_NAME} ${image_SERVICES})
    endif()
endfunction()
