# SPDX-License-Identifier: BSD-2-Clause
# Tests that are not unit tests of one module: rules of the tree, and the system driven over its
# console.

if(SIGNET_UNIT_TESTS)
    add_test(NAME tree/floors COMMAND ${PROJECT_SOURCE_DIR}/ci/check-floors)
    add_test(NAME tree/scripts COMMAND ${PROJECT_SOURCE_DIR}/ci/check-scripts)
    add_test(NAME tree/figures COMMAND ${PROJECT_SOURCE_DIR}/verification/figures.py --check)
    # Seen to fail with the six bugs whose lines had changed.
    add_test(NAME tree/attacks COMMAND ${PROJECT_SOURCE_DIR}/verification/attacks.py --check)
    # Seen to fail with a function that had no bug, and with one whose lines had changed.
    add_test(NAME tree/mutants COMMAND ${PROJECT_SOURCE_DIR}/verification/mutants.py --check)
    set_tests_properties(tree/floors tree/scripts tree/figures tree/attacks tree/mutants
        PROPERTIES TIMEOUT 60)
    add_test(NAME tree/inventory COMMAND ${PROJECT_SOURCE_DIR}/ci/check-inventory
        --build ${PROJECT_BINARY_DIR})
    add_test(NAME unit/check_inventory COMMAND ${PROJECT_SOURCE_DIR}/ci/inventory/cases.py
        --build ${PROJECT_BINARY_DIR})
    set_tests_properties(tree/inventory unit/check_inventory PROPERTIES TIMEOUT 60)
    # Builds the whole system once more.
    add_test(NAME tree/added-service COMMAND ${PROJECT_SOURCE_DIR}/ci/check-added-service
        --build ${PROJECT_BINARY_DIR})
    set_tests_properties(tree/added-service PROPERTIES TIMEOUT 900)

    add_test(NAME tree/manual COMMAND ${PROJECT_SOURCE_DIR}/ci/check-manual
        --build ${PROJECT_BINARY_DIR})
    set_tests_properties(tree/manual PROPERTIES TIMEOUT 180)
    # Builds a project of its own, three times.
    add_test(NAME tree/tutorial COMMAND ${PROJECT_SOURCE_DIR}/ci/check-tutorial
        --build ${PROJECT_BINARY_DIR})
    set_tests_properties(tree/tutorial PROPERTIES TIMEOUT 900)

    add_test(NAME tree/abi COMMAND ${PROJECT_SOURCE_DIR}/ci/check-abi --build ${PROJECT_BINARY_DIR})
    set_tests_properties(tree/abi PROPERTIES TIMEOUT 60)
    add_test(NAME unit/check_abi COMMAND ${PROJECT_SOURCE_DIR}/ci/abi/cases.py --sdk ${SIGNET_SDK})
    set_tests_properties(unit/check_abi PROPERTIES TIMEOUT 180)

    # Each model to its last state. (That it notices bugs takes minutes: scripts/models --sabotage.)
    file(GLOB models CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/verification/models/*.pml)
    foreach(model IN LISTS models)
        cmake_path(GET model STEM name)
        add_test(NAME model/${name} COMMAND ${PROJECT_SOURCE_DIR}/scripts/models ${name})
        set_tests_properties(model/${name} PROPERTIES TIMEOUT 300)
    endforeach()

    # What services test by themselves, with signet_add_test.
    set(service_tests)
    foreach(program IN LISTS SIGNET_PROGRAMS)
        set(folder ${PROJECT_BINARY_DIR}/project/${program}/build)
        string(APPEND service_tests
            "if(EXISTS \"${folder}/CTestTestfile.cmake\")\n    subdirs(\"${folder}\")\nendif()\n")
    endforeach()
    file(CONFIGURE OUTPUT service_tests.cmake CONTENT "${service_tests}" @ONLY)
    set_property(DIRECTORY APPEND PROPERTY
        TEST_INCLUDE_FILES ${PROJECT_BINARY_DIR}/service_tests.cmake)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release")
    # What ships, used from its archive alone.
    add_test(NAME sdk-outside COMMAND ${PROJECT_SOURCE_DIR}/ci/check-sdk-outside
        --build ${PROJECT_BINARY_DIR})
    set_tests_properties(sdk-outside PROPERTIES TIMEOUT 900)
    # Builds kernel, SDK and init once more.
    add_test(NAME tree/versions COMMAND ${python} ${PROJECT_SOURCE_DIR}/ci/check-versions
        --build ${PROJECT_BINARY_DIR})
    set_tests_properties(tree/versions PROPERTIES TIMEOUT 900)
    add_test(NAME tree/sizes COMMAND ${PROJECT_SOURCE_DIR}/ci/check-sizes
        --build ${PROJECT_BINARY_DIR})
    set_tests_properties(tree/sizes PROPERTIES TIMEOUT 60)
    add_test(NAME bench/figures COMMAND ${python} ${PROJECT_SOURCE_DIR}/scripts/lib/bench.py
        --build ${PROJECT_BINARY_DIR})
    # The rest of the guest tests take longer: scripts/bench bound.
    add_test(NAME bench/bound COMMAND ${python} ${PROJECT_SOURCE_DIR}/scripts/lib/bench.py
        --build ${PROJECT_BINARY_DIR} --no-build bound bench-worst test-core)
    set_tests_properties(bench/figures bench/bound PROPERTIES TIMEOUT 300)
endif()

cmake_path(GET PROJECT_BINARY_DIR FILENAME preset)
add_test(NAME tree/paths-${preset} COMMAND ${PROJECT_SOURCE_DIR}/ci/check-paths
    --build ${PROJECT_BINARY_DIR})
add_test(NAME tree/sbom-${preset} COMMAND ${PROJECT_SOURCE_DIR}/ci/check-sbom
    --build ${PROJECT_BINARY_DIR})
add_test(NAME tree/same-image-${preset} COMMAND ${PROJECT_SOURCE_DIR}/ci/check-same-image
    --build ${PROJECT_BINARY_DIR})
set_tests_properties(tree/paths-${preset} tree/sbom-${preset} tree/same-image-${preset}
    PROPERTIES TIMEOUT 60)

# Each ci/debug/*.py has a debug tool look at a booted system; the firmware is none of its concern.
file(GLOB debug_tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/ci/debug/*.py)
foreach(program IN LISTS debug_tests)
    cmake_path(GET program STEM test)
    set(name debug/${test}-${preset})
    add_test(NAME ${name} COMMAND ${python} ${program} --build ${PROJECT_BINARY_DIR})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endforeach()

# Adds a test of a program of ci/boot; what else it is given follows.
function(add_boot_test name program firmware)
    add_test(NAME ${name} COMMAND ${python} ${PROJECT_SOURCE_DIR}/ci/boot/${program}.py
        --build ${PROJECT_BINARY_DIR} --firmware ${firmware} ${ARGN})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()

# Each ci/boot/*.py is one test program; it runs under both firmwares.
file(GLOB boot_tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/ci/boot/*.py)
foreach(program IN LISTS boot_tests)
    cmake_path(GET program STEM test)
    foreach(firmware bios uefi)
        add_boot_test(boot/${test}-${firmware}-${preset} ${test} ${firmware})
    endforeach()
endforeach()

# The guest tests on more CPUs, which take turns, and once on two that run at the same time.
function(add_smp_test test firmware cpus)
    set(name smp/${test}-${firmware}-cpus${cpus}-${preset})
    add_boot_test(${name} ${test} ${firmware} --cpus ${cpus})
    set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endfunction()
foreach(firmware bios uefi)
    add_smp_test(guest_tests ${firmware} 2)
    add_smp_test(guest_tests ${firmware} 4)
    add_smp_test(hostile ${firmware} 4)
    add_smp_test(exhaustion ${firmware} 4)
endforeach()
foreach(test demo health supervision)
    add_smp_test(${test} bios 4)
endforeach()
set(name smp/guest_tests-bios-parallel-${preset})
add_boot_test(${name} guest_tests bios --cpus 2 --parallel)
set_tests_properties(${name} PROPERTIES RUN_SERIAL TRUE)
