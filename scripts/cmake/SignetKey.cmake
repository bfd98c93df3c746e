# SPDX-License-Identifier: BSD-2-Clause
# The development key that signs manifests: made at first build, never committed. Its public half
# goes into init as the header SIGNET_PUBLIC_KEY_HEADER.

set(SIGNET_KEY ${PROJECT_SOURCE_DIR}/build/keys/development.pem)
set(SIGNET_PUBLIC_KEY_HEADER ${PROJECT_BINARY_DIR}/generated/signet/public_key.h)
set(make_key ${PROJECT_SOURCE_DIR}/scripts/lib/key.py)

add_custom_command(OUTPUT ${SIGNET_KEY}
    COMMAND ${make_key} make ${SIGNET_KEY}
    COMMENT "Development key" VERBATIM)
add_custom_command(OUTPUT ${SIGNET_PUBLIC_KEY_HEADER}
    COMMAND ${make_key} header ${SIGNET_KEY} ${SIGNET_PUBLIC_KEY_HEADER}
    DEPENDS ${SIGNET_KEY} ${make_key}
    COMMENT "Public key header" VERBATIM)
add_custom_target(public_key DEPENDS ${SIGNET_PUBLIC_KEY_HEADER})
