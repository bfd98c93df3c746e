# SPDX-License-Identifier: BSD-2-Clause
# Tests of a project: on the host, and of an image in QEMU. ctest runs both.

include(ExternalProject)
enable_testing()

# signet_add_test(NAME name SOURCES file... [INTERFACES name/vN...] [INCLUDES folder...] [TIMEOUT s])
# unit/name: a cmocka program of the host, under ASan and UBSan, with the SDK's library over the host kit
# (signet/test.h).
#
# signet_add_test(NAME name IMAGE image RUN "command; command" [EXPECT regex...] [TIMEOUT s])
# boot/name: boots the image, runs commands of its shell, of which each must succeed, and looks for each
# regular expression (Python's) in what they print.
function(signet_add_test)
    cmake_parse_arguments(PARSE_ARGV 0 test "" "NAME;IMAGE;RUN;TIMEOUT"
        "SOURCES;INTERFACES;INCLUDES;EXPECT")
    if(NOT test_TIMEOUT)
        set(test_TIMEOUT 60)
    endif()
    set(of_image ${test_IMAGE} ${test_RUN} ${test_EXPECT})
    set(is_named FALSE)
    if(test_NAME AND NOT test_UNPARSED_ARGUMENTS)
        set(is_named TRUE)
    endif()
    if(is_named AND test_SOURCES AND NOT of_image)
        signet_test_on_host()
    elseif(is_named AND test_IMAGE AND test_RUN AND NOT test_SOURCES)
        signet_test_in_qemu()
    else()
        message(FATAL_ERROR "signet_add_test: found '${ARGN}', expected "
            "NAME name and SOURCES file... or IMAGE image RUN commands")
    endif()
endfunction()

# The host's programs are a project of their own, with the host's compiler; this adds one to its list.
macro(signet_test_on_host)
    set(host ${CMAKE_BINARY_DIR}/host)
    list(TRANSFORM test_SOURCES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ REGEX "^[^/]")
    list(TRANSFORM test_INCLUDES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ REGEX "^[^/]")
    string(JOIN " " call "signet_host_test(NAME ${test_NAME} ROOT ${CMAKE_CURRENT_SOURCE_DIR}"
        SOURCES ${test_SOURCES} INTERFACES ${test_INTERFACES} INCLUDES ${test_INCLUDES})
    set_property(GLOBAL APPEND_STRING PROPERTY SIGNET_HOST_TESTS "${call})\n")
    add_test(NAME unit/${test_NAME} COMMAND ${host}/${test_NAME}_unit)
    set_tests_properties(unit/${test_NAME} PROPERTIES TIMEOUT ${test_TIMEOUT})
    if(NOT TARGET signet_host_tests)
        ExternalProject_Add(signet_host_tests
            PREFIX ${host}/project
            SOURCE_DIR ${SIGNET_SHARE}/sdk/host
            BINARY_DIR ${host}
            BUILD_ALWAYS TRUE DOWNLOAD_COMMAND "" UPDATE_COMMAND "" INSTALL_COMMAND ""
            CMAKE_ARGS --log-level=NOTICE -DSIGNET_HOST_TESTS=${host}/tests.cmake
                -DCMAKE_BUILD_TYPE=Debug -DCMAKE_EXPORT_COMPILE_COMMANDS=ON)
        cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL signet_write_host_tests)
    endif()
endmacro()

function(signet_write_host_tests)
    get_property(tests GLOBAL PROPERTY SIGNET_HOST_TESTS)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/host/tests.cmake CONTENT "${tests}" @ONLY)
endfunction()

macro(signet_test_in_qemu)
    set(options)
    foreach(regex IN LISTS test_EXPECT)
        list(APPEND options --expect ${regex})
    endforeach()
    add_test(NAME boot/${test_NAME}
        COMMAND ${SIGNET_PYTHON} ${SIGNET_SHARE}/scripts/lib/run.py
            --image ${CMAKE_BINARY_DIR}/${test_IMAGE}.iso --timeout ${test_TIMEOUT}
            --batch "${test_RUN}" ${options})
    math(EXPR limit "${test_TIMEOUT} + 15")
    set_tests_properties(boot/${test_NAME} PROPERTIES
        TIMEOUT ${limit} FIXTURES_REQUIRED ${CMAKE_BINARY_DIR}/${test_IMAGE})
    if(NOT TEST image/${test_IMAGE})
        add_test(NAME image/${test_IMAGE}
            COMMAND ${CMAKE_COMMAND} --build ${CMAKE_BINARY_DIR} --target ${test_IMAGE})
        set_tests_properties(image/${test_IMAGE} PROPERTIES
            TIMEOUT 300 RESOURCE_LOCK ${CMAKE_BINARY_DIR}
            FIXTURES_SETUP ${CMAKE_BINARY_DIR}/${test_IMAGE})
    endif()
endmacro()
