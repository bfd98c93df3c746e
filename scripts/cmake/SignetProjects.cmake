# SPDX-License-Identifier: BSD-2-Clause
# Everything for the target, as external projects: the kernel and the SDK from the source tree, then
# each folder of services/ and drivers/ that has a CMakeLists.txt, built from the installed SDK alone.

include(ExternalProject)

set(SIGNET_SDK ${PROJECT_BINARY_DIR}/sdk)
set(SIGNET_BIN ${PROJECT_BINARY_DIR}/bin)

# Who develops gets no warning past; who builds a release with another compiler is not kept
# from it.
string(COMPARE EQUAL ${CMAKE_BUILD_TYPE} Debug warnings_are_errors)

# signet_project(NAME SOURCE_DIR TOOLCHAIN file PREFIX folder DEPENDS target... [ARGUMENTS -Dx=y...])
function(signet_project name source_dir)
    cmake_parse_arguments(PARSE_ARGV 2 project "" "TOOLCHAIN;PREFIX" "DEPENDS;ARGUMENTS")
    ExternalProject_Add(${name}
        PREFIX ${PROJECT_BINARY_DIR}/project/${name}
        SOURCE_DIR ${source_dir}
        BINARY_DIR ${PROJECT_BINARY_DIR}/project/${name}/build
        DOWNLOAD_COMMAND "" UPDATE_COMMAND ""
        BUILD_ALWAYS TRUE USES_TERMINAL_BUILD TRUE
        LIST_SEPARATOR |
        CMAKE_ARGS
            --log-level=NOTICE
            -DCMAKE_BUILD_TYPE=${CMAKE_BUILD_TYPE}
            -DCMAKE_TOOLCHAIN_FILE=${project_TOOLCHAIN}
            -DCMAKE_INSTALL_PREFIX=${project_PREFIX}
            -DCMAKE_INSTALL_MESSAGE=NEVER
            -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
            -DCMAKE_COMPILE_WARNING_AS_ERROR=${warnings_are_errors}
            ${project_ARGUMENTS})
    # Order only: a DEPENDS of ExternalProject_Add would configure this one again in every build.
    if(project_DEPENDS)
        add_dependencies(${name} ${project_DEPENDS})
    endif()
endfunction()

set(tree_toolchain ${PROJECT_SOURCE_DIR}/sdk/cmake/signet-toolchain.cmake)
set(sdk_toolchain ${SIGNET_SDK}/lib/cmake/Signet/signet-toolchain.cmake)

signet_project(kernel ${PROJECT_SOURCE_DIR}/kernel
    TOOLCHAIN ${tree_toolchain} PREFIX ${PROJECT_BINARY_DIR}
    ARGUMENTS -DSIGNET_VERSION=${SIGNET_VERSION})
signet_project(sdk ${PROJECT_SOURCE_DIR}/sdk
    TOOLCHAIN ${tree_toolchain} PREFIX ${SIGNET_SDK} DEPENDS third_party
    ARGUMENTS -DSIGNET_SYSROOT=${SIGNET_SYSROOT} -DSIGNET_VERSION=${SIGNET_VERSION})

file(GLOB folders CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
    services/*/CMakeLists.txt drivers/*/*/CMakeLists.txt)
set(SIGNET_PROGRAMS)
foreach(file IN LISTS folders)
    cmake_path(GET file PARENT_PATH folder)
    cmake_path(GET folder FILENAME name)
    signet_project(${name} ${PROJECT_SOURCE_DIR}/${folder}
        TOOLCHAIN ${sdk_toolchain} PREFIX ${PROJECT_BINARY_DIR}
        DEPENDS sdk
        ARGUMENTS -DCMAKE_PREFIX_PATH=${SIGNET_SDK} -DSIGNET_SYSTEM=${SIGNET_BIN}
            -DSIGNET_BUILD_IMAGES=OFF) # the system is not built yet when a service is
    list(APPEND SIGNET_PROGRAMS ${name})
endforeach()
