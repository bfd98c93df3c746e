/* SPDX-License-Identifier: BSD-2-Clause */
/* From the last instruction that this thread executes to the first of a driver in another process that
   waited for the interrupt which came in between: the clock's, which comes at a known time, while the
   thread does nothing but read the time-stamp counter. */
#include <signet/frames.h>
#include <signet/object.h>
#include <signet/startup.h>

#include "bench.h"

#define SAMPLES 11u
#define RTC_INDEX 0x70u
#define RTC_DATA 0x71u
#define REGISTER_A 10u
#define REGISTER_B 11u
#define REGISTER_C 12u       /* reading it lets the next interrupt come */
#define RATE 0x23u           /* 8192 a second */
#define PERIODIC 0x42u       /* interrupts at that rate; hours to 24 */
#define PERIOD_TICKS 122070u /* between two */
#define EARLY_TICKS 1000u

static enum sg_status out(uint16_t port, uint32_t value)
{
    return sg_ioport_out(sg_capability("rtc"), port, 1, value);
}

static int64_t set(uint32_t index, uint32_t value)
{
    int64_t status = out(RTC_INDEX, index);

    return status >= 0 ? out(RTC_DATA, value) : status;
}

static int64_t acknowledge(void)
{
    uint32_t ignored;
    int64_t status = out(RTC_INDEX, REGISTER_C);

    return status >= 0 ? sg_ioport_in(sg_capability("rtc"), RTC_DATA, 1, &ignored) : status;
}

/* Sends a page to the driver, and maps it here. */
static int64_t open_page(uint64_t **page)
{
    const uint64_t pages[3] = {1};
    struct sg_owned memory = {.frame_count = 0};
    int64_t status = sg_owned_create(SG_TYPE_MEMORY, pages, &memory);

    if (status >= 0)
        status = sg_map(memory.handle, 0, 1, SG_MAP_READ | SG_MAP_WRITE, (void **)page);
    const struct sg_cap_transfer sent = offer(memory.handle);

    return status >= 0 ? introduce(sg_capability("interrupts"), &sent, 1) : status;
}

/* Has the clock interrupt, and waits until it has done so once. */
static int64_t begin(const volatile uint64_t *stamp)
{
    uint64_t before = *stamp;
    int64_t status = set(REGISTER_A, RATE);

    if (status >= 0)
        status = set(REGISTER_B, PERIODIC);
    if (status >= 0)
        status = acknowledge();
    while (status >= 0 && *stamp == before)
        continue;
    return status;
}

static int64_t sample(const volatile uint64_t *stamp, uint64_t *ticks_taken)
{
    uint64_t before = *stamp;
    int64_t status = acknowledge();

    while (status >= 0 && ticks() < before + PERIOD_TICKS - EARLY_TICKS)
        continue;
    uint64_t read = loop_until_stamped(stamp, before);
    uint32_t last = (uint32_t)read, arrived = (uint32_t)*stamp;

    if ((int32_t)(arrived - last) < 0) /* read after the interrupt, and before the stamp was */
        last = (uint32_t)(read >> 32);
    *ticks_taken = arrived - last;
    return status;
}

void measure_interrupt(void)
{
    uint64_t samples[SAMPLES], *page;
    int64_t status = open_page(&page);

    if (status >= 0)
        status = begin(page);
    for (uint32_t i = 0; i < SAMPLES && status >= 0; i++)
        status = sample(page, &samples[i]);
    if (status >= 0)
        status = set(REGISTER_B, 0);
    if (status < 0)
        report_failure("irq", status);
    else
        report_median("irq", samples, SAMPLES);
}
