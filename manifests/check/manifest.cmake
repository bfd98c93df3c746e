# SPDX-License-Identifier: BSD-2-Clause
# signet_manifest_sources(VARIABLE): the shared validation source and the decoder of the manifest's
# schema, generated into ${CMAKE_CURRENT_BINARY_DIR}/manifest; add both folders to the include path.

set(SIGNET_MANIFESTS ${CMAKE_CURRENT_LIST_DIR}/..)

function(signet_manifest_sources variable)
    set(schema ${SIGNET_MANIFESTS}/schema)
    set(generated ${CMAKE_CURRENT_BINARY_DIR}/manifest)
    file(MAKE_DIRECTORY ${generated})
    add_custom_command(
        OUTPUT ${generated}/manifest.pb.c ${generated}/manifest.pb.h
        COMMAND protoc --proto_path=${schema} --nanopb_opt=-I${schema}
            --nanopb_out=${generated} manifest.proto
        DEPENDS ${schema}/manifest.proto ${schema}/manifest.options
        COMMENT "Manifest schema" VERBATIM)
    file(GLOB sources CONFIGURE_DEPENDS ${SIGNET_MANIFESTS}/check/*.c)
    set(${variable} ${sources} ${generated}/manifest.pb.c PARENT_SCOPE)
    set(${variable}_INCLUDES ${SIGNET_MANIFESTS}/check ${generated} PARENT_SCOPE)
endfunction()
