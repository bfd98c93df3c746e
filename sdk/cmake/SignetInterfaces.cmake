# SPDX-License-Identifier: BSD-2-Clause
# Interface definitions to C. Used by the SDK's own build and, installed, by every service's.

# signet_generate(<variable> ROOT <folder> PROTO <file relative to it> OUTPUT <folder>
#                 PLUGIN <protoc-gen-signet> [IMPORTS <folder>...])
# Adds the commands that make NAME.pb.* and, if the file has services, NAME.rpc.*, NAME.md and a
# NAME.SERVICE.server.c of each; lists the C files in the variable. A field without a bound is refused.
function(signet_generate variable)
    cmake_parse_arguments(PARSE_ARGV 1 generate "" "ROOT;PROTO;OUTPUT;PLUGIN" "IMPORTS")
    cmake_path(REPLACE_EXTENSION generate_PROTO LAST_ONLY "" OUTPUT_VARIABLE stem)
    cmake_path(SET proto NORMALIZE ${generate_ROOT}/${generate_PROTO})
    set(output ${generate_OUTPUT}/${stem})
    set(sources ${output}.pb.c)
    set(headers ${output}.pb.h)
    set(depends ${proto})
    if(EXISTS ${generate_ROOT}/${stem}.options)
        list(APPEND depends ${generate_ROOT}/${stem}.options)
    endif()
    file(STRINGS ${proto} services REGEX "^service [A-Za-z0-9_]+")
    list(TRANSFORM services REPLACE "^service ([A-Za-z0-9_]+).*" "\\1")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${proto})
    if(services)
        list(APPEND sources ${output}.rpc.c)
        foreach(service IN LISTS services)
            list(APPEND sources ${output}.${service}.server.c)
        endforeach()
        list(APPEND headers ${output}.rpc.h ${output}.md)
    endif()
    cmake_path(GET generate_PLUGIN PARENT_PATH folder)
    file(GLOB plugin_sources CONFIGURE_DEPENDS ${folder}/signet_plugin/*.py)
    list(APPEND depends ${generate_PLUGIN} ${plugin_sources})
    set(folders ${generate_ROOT} ${generate_IMPORTS})
    list(TRANSFORM folders PREPEND --signet_opt=-I OUTPUT_VARIABLE options)
    set(plugin --plugin=protoc-gen-signet=${generate_PLUGIN}
        --signet_out=${generate_OUTPUT} ${options})
    list(TRANSFORM generate_IMPORTS PREPEND -I OUTPUT_VARIABLE imports)
    file(MAKE_DIRECTORY ${generate_OUTPUT})
    # Nanopb's generator takes all its options as one word, or loses some silently.
    add_custom_command(
        OUTPUT ${sources} ${headers}
        COMMAND protoc -I${generate_ROOT} ${imports} ${plugin}
            --nanopb_out=${generate_OUTPUT}
            "--nanopb_opt=-q -I${generate_ROOT} -x signet/options.proto -s enum_to_string:true"
            ${generate_PROTO}
        DEPENDS ${depends}
        COMMENT "Interface ${generate_PROTO}"
        VERBATIM)
    set(${variable} ${sources} PARENT_SCOPE)
endfunction()
