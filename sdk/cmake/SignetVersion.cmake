# SPDX-License-Identifier: BSD-2-Clause
# SIGNET_VERSION, which sdk/VERSION decides unless it is given (a test builds the next version so), and
# the header abi/version.h made from it, whose folder is SIGNET_VERSION_INCLUDE. Major and minor are
# those of the ABI. Runs as a script too: cmake -DPROJECT_BINARY_DIR=FOLDER -P.

cmake_minimum_required(VERSION 3.25)
set(version_file ${CMAKE_CURRENT_LIST_DIR}/../VERSION)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${version_file})
if(NOT SIGNET_VERSION)
    file(STRINGS ${version_file} SIGNET_VERSION LIMIT_COUNT 1)
endif()
if(NOT SIGNET_VERSION MATCHES "^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$")
    message(FATAL_ERROR "found version '${SIGNET_VERSION}', expected three numbers like 1.0.0")
endif()

set(SIGNET_VERSION_INCLUDE ${PROJECT_BINARY_DIR}/version)
file(CONFIGURE OUTPUT ${SIGNET_VERSION_INCLUDE}/abi/version.h @ONLY CONTENT
"/* SPDX-License-Identifier: BSD-2-Clause */
/* The version of the ABI. Generated from sdk/VERSION. */
#pragma once

#define SG_ABI_MAJOR @CMAKE_MATCH_1@u
#define SG_ABI_MINOR @CMAKE_MATCH_2@u
")
