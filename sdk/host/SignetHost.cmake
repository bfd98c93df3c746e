# SPDX-License-Identifier: BSD-2-Clause
# Programs of the host: what the tree's unit tests and those of every other project have in common.
# SIGNET_NANOPB is the folder of Nanopb's sources, SIGNET_HOST_HEADERS are the folders of the SDK's
# headers.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH SIGNET_HOST_SDK)

add_library(host_checked INTERFACE)
target_compile_options(host_checked INTERFACE
    -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
target_link_options(host_checked INTERFACE -fsanitize=address,undefined)
target_compile_definitions(host_checked INTERFACE SIGNET_EXTRA_CHECKS=1)

# Nanopb for programs of the host, from the same pinned sources as the target's.
set(SIGNET_NANOPB_SOURCES
    ${SIGNET_NANOPB}/pb_common.c ${SIGNET_NANOPB}/pb_decode.c ${SIGNET_NANOPB}/pb_encode.c)
set_source_files_properties(${SIGNET_NANOPB_SOURCES} PROPERTIES
    GENERATED TRUE COMPILE_OPTIONS -w)
add_library(nanopb_host STATIC ${SIGNET_NANOPB_SOURCES})
target_include_directories(nanopb_host SYSTEM PUBLIC ${SIGNET_NANOPB})

# signet_host_interfaces(target ROOT folder): the C files of all interfaces in a folder, in a target.
function(signet_host_interfaces target)
    cmake_parse_arguments(PARSE_ARGV 1 interface "" "ROOT" "PROTOS")
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${target}_interfaces)
    foreach(proto IN LISTS interface_PROTOS)
        signet_generate(sources ROOT ${interface_ROOT} PROTO ${proto} OUTPUT ${output}
            PLUGIN ${SIGNET_HOST_SDK}/plugin/protoc-gen-signet
            IMPORTS ${SIGNET_HOST_SDK}/interfaces)
        target_sources(${target} PRIVATE ${sources})
    endforeach()
    target_include_directories(${target} PUBLIC ${output})
endfunction()

# The library of the SDK for the host, over the host kit (include/signet/test.h) for a kernel. Without
# what only a process of the target has: its start, its heap, its loader, its threads.
function(signet_add_host_kit)
    set(sdk ${SIGNET_HOST_SDK})
    file(GLOB sources CONFIGURE_DEPENDS ${sdk}/src/*/*.c)
    list(FILTER sources EXCLUDE REGEX
        "/src/(elf/.*|start/(start|tls)|memory/(heap|map)|sync/park|thread/(thread|pool))\\.c$")
    add_library(signet_host STATIC EXCLUDE_FROM_ALL
        ${sources} ${sdk}/host/process.c ${sdk}/host/kernel.c ${sdk}/host/exchange.c
        ${sdk}/host/one_thread.c)
    target_include_directories(signet_host
        PUBLIC ${sdk}/host/include ${SIGNET_HOST_HEADERS} PRIVATE ${sdk}/src ${sdk}/../kernel)
    target_link_libraries(signet_host PUBLIC host_checked nanopb_host cmocka)
    file(GLOB protos RELATIVE ${sdk}/interfaces CONFIGURE_DEPENDS ${sdk}/interfaces/*/v*/*.proto)
    list(REMOVE_ITEM protos reflect/v1/reflect.proto) # too large for a struct
    signet_host_interfaces(signet_host ROOT ${sdk}/interfaces PROTOS ${protos})
endfunction()

# signet_host_test(NAME name ROOT folder SOURCES file... [INTERFACES name/vN...] [INCLUDES folder...])
# The program <name>_unit over the host kit; ROOT is the folder of the project it belongs to.
function(signet_host_test)
    cmake_parse_arguments(PARSE_ARGV 0 test "" "NAME;ROOT" "SOURCES;INTERFACES;INCLUDES")
    add_executable(${test_NAME}_unit ${test_SOURCES})
    target_include_directories(${test_NAME}_unit PRIVATE ${test_ROOT} ${test_INCLUDES})
    target_link_libraries(${test_NAME}_unit PRIVATE signet_host)
    set(own ${test_ROOT}/interfaces)
    foreach(interface IN LISTS test_INTERFACES)
        file(GLOB protos RELATIVE ${own} CONFIGURE_DEPENDS ${own}/${interface}/*.proto)
        signet_host_interfaces(${test_NAME}_unit ROOT ${own} PROTOS ${protos})
    endforeach()
endfunction()
