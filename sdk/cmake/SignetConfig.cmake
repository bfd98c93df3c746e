# SPDX-License-Identifier: BSD-2-Clause
# The Signet SDK. Targets: Signet::signet (library, libc, messages, all of the SDK's interfaces),
# Signet::nanopb, Signet::sodium. Functions: signet_add_service, signet_add_driver, signet_add_image,
# signet_add_test.
#
# Configure a project with -DCMAKE_TOOLCHAIN_FILE=<prefix>/lib/cmake/Signet/signet-toolchain.cmake.

if(NOT CMAKE_C_COMPILER_TARGET STREQUAL "x86_64-unknown-elf")
    message(FATAL_ERROR "found no Signet toolchain, expected "
        "-DCMAKE_TOOLCHAIN_FILE=${CMAKE_CURRENT_LIST_DIR}/signet-toolchain.cmake")
endif()

get_filename_component(SIGNET_PREFIX ${CMAKE_CURRENT_LIST_DIR}/../../.. ABSOLUTE)
foreach(folder IN ITEMS "${SIGNET_PREFIX}" "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}")
    if(folder MATCHES "[ ;]")
        message(FATAL_ERROR "found folder '${folder}', expected one without spaces and semicolons")
    endif()
endforeach()

set(SIGNET_LINKER_SCRIPT ${SIGNET_PREFIX}/lib/signet.ld)
set(SIGNET_SHARE ${SIGNET_PREFIX}/share/signet)
set(SIGNET_INTERFACES ${SIGNET_SHARE}/sdk/interfaces)
set(SIGNET_PLUGIN ${SIGNET_SHARE}/sdk/plugin/protoc-gen-signet)
set(SIGNET_PYTHON /usr/bin/python3) # Debian's, which has protobuf
include(${CMAKE_CURRENT_LIST_DIR}/SignetInterfaces.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/SignetAddImage.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/SignetAddTest.cmake)

# No path of the machine that builds gets into a program.
set(SIGNET_PREFIX_MAPS -ffile-prefix-map=${CMAKE_CURRENT_BINARY_DIR}=.
    -ffile-prefix-map=${CMAKE_CURRENT_SOURCE_DIR}=${PROJECT_NAME}
    -ffile-prefix-map=${SIGNET_PREFIX}=sdk)

function(signet_import name file)
    if(TARGET Signet::${name})
        return()
    endif()
    add_library(Signet::${name} STATIC IMPORTED)
    set_target_properties(Signet::${name} PROPERTIES IMPORTED_LOCATION ${SIGNET_PREFIX}/${file})
    target_link_libraries(Signet::${name} INTERFACE ${ARGN})
endfunction()

signet_import(builtins sysroot/lib/libbuiltins.a)
signet_import(libc sysroot/lib/libc.a Signet::builtins)
target_include_directories(Signet::libc SYSTEM INTERFACE ${SIGNET_PREFIX}/sysroot/include)
signet_import(nanopb sysroot/lib/libnanopb.a Signet::libc)
signet_import(sodium sysroot/lib/libsodium.a Signet::libc)
target_compile_definitions(Signet::sodium INTERFACE SODIUM_STATIC=1)
signet_import(signet lib/libsignet.a Signet::nanopb Signet::libc)
target_include_directories(Signet::signet INTERFACE
    ${SIGNET_PREFIX}/include ${SIGNET_PREFIX}/include/interfaces)
target_compile_features(Signet::signet INTERFACE c_std_17)

# signet_add_service(NAME name SOURCES file... [INTERFACES name/vN...] [LIBRARIES target...])
# The program <build>/bin/<name>.elf. An interface is a folder of the project's own interfaces/,
# of which the C files are made here, or one of the SDK's.
function(signet_add_service)
    cmake_parse_arguments(PARSE_ARGV 0 service "" "NAME" "SOURCES;INTERFACES;LIBRARIES")
    if(NOT service_NAME OR NOT service_SOURCES OR service_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "signet_add_service: found '${ARGN}', expected "
            "NAME name SOURCES file... [INTERFACES name/vN...] [LIBRARIES target...]")
    endif()
    add_executable(${service_NAME} ${service_SOURCES})
    set_target_properties(${service_NAME} PROPERTIES
        SUFFIX .elf C_STANDARD 17 LINK_DEPENDS ${SIGNET_LINKER_SCRIPT}
        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin
        SIGNET_INTERFACES ${CMAKE_CURRENT_SOURCE_DIR}/interfaces)
    target_compile_options(${service_NAME} PRIVATE ${SIGNET_PREFIX_MAPS}
        $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes>
        "$<$<COMPILE_LANGUAGE:C>:SHELL:-Xclang -fstack-clash-protection>")
    target_include_directories(${service_NAME} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(${service_NAME} PRIVATE Signet::signet ${service_LIBRARIES})
    target_link_options(${service_NAME} PRIVATE "SHELL:-T ${SIGNET_LINKER_SCRIPT}")
    foreach(interface IN LISTS service_INTERFACES)
        signet_add_interface(${service_NAME} ${interface})
    endforeach()
    install(TARGETS ${service_NAME} RUNTIME DESTINATION bin)
endfunction()

# A driver is a service; the word tells the reader what to expect in its manifest.
function(signet_add_driver)
    signet_add_service(${ARGN})
endfunction()

# signet_add_interface(target name/vN): own interfaces are compiled into a library of the target.
function(signet_add_interface target interface)
    set(own ${CMAKE_CURRENT_SOURCE_DIR}/interfaces)
    file(GLOB protos RELATIVE ${own} CONFIGURE_DEPENDS ${own}/${interface}/*.proto)
    if(NOT protos)
        if(NOT IS_DIRECTORY ${SIGNET_INTERFACES}/${interface})
            message(FATAL_ERROR "${target}: found no interface ${interface}, expected it in "
                "${own} or ${SIGNET_INTERFACES}")
        endif()
        return()
    endif()
    string(MAKE_C_IDENTIFIER ${target}_${interface} library)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/interfaces)
    set(all)
    foreach(proto IN LISTS protos)
        signet_generate(sources ROOT ${own} PROTO ${proto} OUTPUT ${output}
            PLUGIN ${SIGNET_PLUGIN} IMPORTS ${SIGNET_INTERFACES})
        list(APPEND all ${sources})
    endforeach()
    add_library(${library} STATIC ${all})
    target_compile_options(${library} PRIVATE ${SIGNET_PREFIX_MAPS})
    target_include_directories(${library} PUBLIC ${output})
    target_link_libraries(${library} PUBLIC Signet::signet)
    target_link_libraries(${target} PRIVATE ${library})
endfunction()
