/* SPDX-License-Identifier: BSD-2-Clause */
/* Destruction: (1) the epoch is bumped and every capability is dead; (2) the type takes apart what
   refers to the object, in bounded steps; (3) frames are scrubbed and freed from the last to the
   first. The caller resumes with the capability it began with. */
#include "object/event.h"
#include "object/untyped.h"

/* Whether the end of an object may take a device away from somebody. */
static bool takes_authority(uint8_t type)
{
    return event_is_device(type) || type == SG_TYPE_LEASE || type == SG_TYPE_CSPACE;
}

enum sg_status object_destroy(uint32_t head)
{
    const struct frame *frame = &machine.frames.table[head];
    const struct object_type *type = &object_types[frame->type];

    machine.current_object = head;
    cpu_work(WORK_MAX);
    if (!(frame->flags & FRAME_DYING)) {
        EVENT(takes_authority(frame->type) ? SG_EVENT_REVOKE : SG_EVENT_DESTROY, head, frame->type);
        frames_kill(&machine.frames, head); /* (1) */
    }
    if (type->dismantle != NULL && !type->dismantle(head)) /* (2) */
        return SG_AGAIN;
    for (uint32_t i = 0; i < SG_SCRUB_MAX && frame->count > 1; i++) /* (3) */
        frame_scrub(frames_release_body(&machine.frames, head));
    if (frame->count > 1)
        return SG_AGAIN;
    frames_release_head(&machine.frames, head);
    frame_scrub(head);
    return SG_OK;
}
