/* SPDX-License-Identifier: BSD-2-Clause */
/* The startup block: what the supervisor wrote for this process, mapped read-only, its address in
   the first argument of _start. It names everything the process may use; there is nothing else. */
#pragma once

#include <stdint.h>

#include "abi/boot.h"
#include "abi/handle.h"
#include "signet/status.h"

#define SG_STARTUP_MAGIC 0x74726174u /* "tart" */
#define SG_STARTUP_PAGES 2u
#define SG_NAME_MAX 24u
#define SG_INTERFACE_NAME_MAX 48u
#define SG_ARGUMENT_VALUE_MAX 128u
#define SG_STARTUP_CAPABILITIES_MAX 48u
#define SG_STARTUP_SERVICES_MAX 8u
#define SG_STARTUP_ARGUMENTS_MAX 16u
#define SG_THREADS_MAX 63u /* at once, the first one included */
#define SG_RECORD_PAGES 2u
#define SG_METRICS_MAX 24u
#define SG_METRIC_NAME_MAX 32u
#define SG_METRIC_BUCKETS 14u

/* Strings end with a zero byte inside their array. */
struct sg_startup_capability {
    char name[SG_NAME_MAX];
    struct sg_handle handle;
    uint64_t rights;
    uint32_t type; /* enum sg_type */
    uint32_t reserved;
};

struct sg_startup_service {
    char name[SG_NAME_MAX];
    char interface[SG_INTERFACE_NAME_MAX];
    struct sg_handle endpoint;
};

struct sg_startup_argument {
    char key[SG_NAME_MAX];
    char value[SG_ARGUMENT_VALUE_MAX];
};

/* One thread, as the process describes it to the supervisor; all zero: there is none. */
struct sg_thread_record {
    char name[SG_NAME_MAX];
    uint64_t stack_low; /* below it nothing is mapped */
    uint64_t stack_high;
};

/* What is measured; signet/metrics.h. kind 0: nothing. */
struct sg_metric {
    char name[SG_METRIC_NAME_MAX];
    uint32_t kind; /* enum sg_metric_kind */
    uint32_t reserved;
    uint64_t
        value;    /* counter: how many so far; gauge: how many now; histogram: how many observed */
    uint64_t sum; /* histogram: of what was observed */
    uint64_t bucket[SG_METRIC_BUCKETS]; /* histogram: bucket n counts 4^n .. 4^(n+1) - 1, and 0 */
};

/* Pages the process writes and the supervisor reads, at any time and when it has crashed. */
struct sg_process_record {
    struct sg_thread_record thread[SG_THREADS_MAX]; /* by thread number */
    uint8_t reserved[4096 - SG_THREADS_MAX * sizeof(struct sg_thread_record)];
    struct sg_metric metric[SG_METRICS_MAX];
};

struct sg_startup {
    uint32_t magic;
    uint16_t abi_major;
    uint16_t abi_minor;
    uint32_t size_bytes;     /* sizeof(struct sg_startup) */
    uint32_t process_number; /* as in the manifest, from 1 */
    char name[SG_NAME_MAX];
    uint64_t ring_address;
    uint32_t ring_submissions;
    uint32_t ring_completions;
    uint32_t ring_pages;
    uint32_t frame_count; /* of the whole untyped */
    uint32_t frame_first; /* frames [0, frame_first) hold what the supervisor made */
    uint32_t capability_count;
    uint32_t service_count;
    uint32_t argument_count;
    uint64_t map_base; /* addresses [map_base, map_end) are the process's to map */
    uint64_t map_end;
    struct sg_handle cspace; /* ACCEPT only */
    struct sg_handle aspace, thread, ring, untyped, sched;
    struct sg_startup_capability capability[SG_STARTUP_CAPABILITIES_MAX];
    struct sg_startup_service service[SG_STARTUP_SERVICES_MAX];
    struct sg_startup_argument argument[SG_STARTUP_ARGUMENTS_MAX];
    struct sg_handle fault;  /* a client of the supervisor: what further threads are bound to */
    uint64_t record_address; /* of a struct sg_process_record */
    uint64_t stack_low;      /* of the first thread */
    uint64_t stack_high;
    struct sg_handle lifecycle; /* the endpoint on which the supervisor asks (lifecycle/v1) */
    uint32_t instance;          /* from 1, for each start of the process */
    uint32_t log_level;         /* enum sg_log_level: lines below it are not to be written */
};

_Static_assert(sizeof(struct sg_startup_capability) == 48, "ABI");
_Static_assert(sizeof(struct sg_startup_service) == 80, "ABI");
_Static_assert(sizeof(struct sg_startup_argument) == 152, "ABI");
_Static_assert(sizeof(struct sg_startup) == 144 + 48 * 48 + 8 * 80 + 16 * 152 + 48, "ABI");
_Static_assert(sizeof(struct sg_startup) <= SG_STARTUP_PAGES * 4096, "two pages");
_Static_assert(sizeof(struct sg_metric) == 168, "ABI");
_Static_assert(sizeof(struct sg_process_record) == 4096 + 24 * 168, "ABI");
_Static_assert(sizeof(struct sg_process_record) <= SG_RECORD_PAGES * 4096, "two pages");

/* The badge of a process's calls: which process, and which instance of it. */
static inline uint64_t sg_badge(uint32_t process, uint32_t instance)
{
    return (uint64_t)instance << 32 | process;
}

static inline uint32_t sg_badge_process(uint64_t badge)
{
    return (uint32_t)badge;
}

static inline uint32_t sg_badge_instance(uint64_t badge)
{
    return (uint32_t)(badge >> 32);
}

/* What every process is made of, whether it began with a startup block or with bootinfo. */
struct sg_process {
    const char *name;
    uint32_t number; /* 0 for the first process */
    struct sg_handle cspace, aspace, thread, ring, untyped, sched;
    struct sg_handle cpu; /* a cpu with SG_CPU_NOW, or SG_HANDLE_NONE */
};

/* This process's own handles. */
const struct sg_process *sg_self(void);

/* The capability granted under this name, SG_HANDLE_NONE if there is none. */
struct sg_handle sg_capability(const char *name);

/* The endpoint on which this process serves what the manifest calls `name`. */
struct sg_handle sg_provided(const char *name);

/* The manifest's argument of this key, NULL if it has none. */
const char *sg_argument(const char *key);

/* The startup block, NULL in the first process. */
const struct sg_startup *sg_startup_block(void);

/* The kernel's boot block, NULL in every process but the first. */
const struct sg_bootinfo *sg_bootinfo(void);
