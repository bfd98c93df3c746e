/* SPDX-License-Identifier: BSD-2-Clause */
/* A service that is well or unwell in the way its argument `mode` names, so that init's care can be
   seen at work (manifests/health.textproto, ci/boot/health.py). */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <signet/frames.h>
#include <signet/log.h>
#include <signet/object.h>
#include <signet/service.h>

#define NS_PER_MS UINT64_C(1000000)
#define LATE_MS 300u
#define TALK_MS 20u

static struct sg_loop loop;
static struct sg_service service = {.loop = &loop};
static struct sg_timer timer;

static void set_timer(uint64_t pause_ms, void (*fire)(struct sg_timer *timer))
{
    uint64_t now_ns = 0;

    (void)sg_cpu_now(sg_self()->cpu, &now_ns);
    timer.fire = fire;
    sg_loop_timer(&loop, now_ns + pause_ms * NS_PER_MS, &timer);
}

static void be_ready(struct sg_timer *unused)
{
    (void)unused;
    sg_log(SG_LOG_INFO, "ready now");
    sg_service_ready(&service);
}

/* Waits for what nobody does, inside its loop. */
static void hang(struct sg_timer *unused)
{
    const uint64_t nothing[3] = {0, 0, 0};
    struct sg_owned notification;
    uint64_t count;

    (void)unused;
    sg_log(SG_LOG_INFO, "hanging now");
    if (sg_owned_create(SG_TYPE_NOTIFICATION, nothing, &notification) == SG_OK)
        (void)sg_notification_wait(notification.handle, SG_FOREVER, &count);
}

static void stay(struct sg_service *unused)
{
    (void)unused;
    sg_log(SG_LOG_INFO, "staying");
}

static void finish(struct sg_timer *unused)
{
    (void)unused;
    sg_log(SG_LOG_INFO, "finished");
    sg_loop_stop(&loop);
}

/* Has something to finish first. */
static void finish_later(struct sg_service *unused)
{
    (void)unused;
    set_timer(LATE_MS, finish);
}

static void talk(struct sg_timer *unused)
{
    static uint32_t number;

    (void)unused;
    sg_log(SG_LOG_DEBUG, "debug %" PRIu32, number);
    sg_log(SG_LOG_INFO, "info %" PRIu32, number);
    sg_log(SG_LOG_WARNING, "warning %" PRIu32, number);
    number++;
    set_timer(TALK_MS, talk);
}

static bool prepare(const char *mode)
{
    if (strcmp(mode, "ready-late") == 0)
        set_timer(LATE_MS, be_ready);
    else if (strcmp(mode, "hang") == 0)
        set_timer(LATE_MS, hang);
    else if (strcmp(mode, "stubborn") == 0)
        service.stop = stay;
    else if (strcmp(mode, "slow-stop") == 0)
        service.stop = finish_later;
    else if (strcmp(mode, "talk") == 0)
        set_timer(TALK_MS, talk);
    else if (strcmp(mode, "never-ready") != 0 && strcmp(mode, "well") != 0)
        return false;
    service.is_ready_later = strcmp(mode, "ready-late") == 0 || strcmp(mode, "never-ready") == 0;
    return true;
}

int main(void)
{
    const char *mode = sg_argument("mode");

    sg_loop_init(&loop, sg_own_ring());
    if (mode == NULL || !prepare(mode)) {
        sg_log(SG_LOG_ERROR, "argument mode: found \"%s\", expected one that main.c knows",
               mode != NULL ? mode : "");
        return EXIT_FAILURE;
    }
    return sg_service_run(&service);
}
