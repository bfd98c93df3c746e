# SPDX-License-Identifier: BSD-2-Clause
# The one toolchain of kernel and userland: clang and lld by target triple, freestanding, no PIC.
# Build types: Debug (frame pointers, SIGNET_EXTRA_CHECKS 1) and Release; both keep every safety check.

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

find_program(CMAKE_C_COMPILER NAMES clang-14 REQUIRED)
find_program(CMAKE_LINKER NAMES ld.lld-14 REQUIRED)
find_program(CMAKE_AR NAMES llvm-ar-14 REQUIRED)
find_program(CMAKE_RANLIB NAMES llvm-ranlib-14 REQUIRED)
find_program(CMAKE_OBJCOPY NAMES llvm-objcopy-14 REQUIRED)
find_program(CMAKE_NM NAMES llvm-nm-14 REQUIRED)
set(CMAKE_ASM_COMPILER ${CMAKE_C_COMPILER})
set(CMAKE_C_COMPILER_TARGET x86_64-unknown-elf)
set(CMAKE_ASM_COMPILER_TARGET x86_64-unknown-elf)

string(JOIN " " signet_flags
    -ffreestanding -nostdlibinc -fno-pic -fno-common -fno-stack-protector
    -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections -ftls-model=local-exec)
set(CMAKE_C_FLAGS_INIT "${signet_flags}")
set(CMAKE_ASM_FLAGS_INIT "-fno-pic")
set(CMAKE_C_FLAGS_DEBUG "-O2 -g3 -fno-omit-frame-pointer -DSIGNET_EXTRA_CHECKS=1" CACHE STRING "")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g -DSIGNET_EXTRA_CHECKS=0" CACHE STRING "")
# In DWARF 5 of assembly, clang 14 does not map file prefixes.
set(CMAKE_ASM_FLAGS_DEBUG "-gdwarf-4" CACHE STRING "")
set(CMAKE_ASM_FLAGS_RELEASE "-gdwarf-4" CACHE STRING "")

# clang would call the host's gcc to link for this target, so lld is called by its own name.
# Link options are therefore the linker's, without -Wl and without LINKER:.
foreach(language C ASM)
    set(CMAKE_${language}_LINK_EXECUTABLE
        "<CMAKE_LINKER> <LINK_FLAGS> <OBJECTS> -o <TARGET> <LINK_LIBRARIES>")
endforeach()
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -nostdlib --gc-sections -z noexecstack --build-id=none")

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
