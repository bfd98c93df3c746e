/* SPDX-License-Identifier: BSD-2-Clause */
#include "signet/session.h"

#include <string.h>

static struct sg_session *at(const struct sg_sessions *sessions, uint32_t index)
{
    return (struct sg_session *)((uint8_t *)sessions->table + index * sessions->bytes);
}

struct sg_session *sg_session_find(const struct sg_sessions *sessions, uint64_t badge)
{
    for (uint32_t i = 0; i < sessions->count; i++) {
        struct sg_session *session = at(sessions, i);
        if (session->is_used && session->badge == badge)
            return session;
    }
    return NULL;
}

struct sg_session *sg_session_of(const struct sg_sessions *sessions, uint64_t badge)
{
    struct sg_session *session = sg_session_find(sessions, badge);

    for (uint32_t i = 0; session == NULL && i < sessions->count; i++) {
        if (at(sessions, i)->is_used)
            continue;
        session = at(sessions, i);
        *session = (struct sg_session){.badge = badge, .is_used = true};
    }
    return session;
}

void sg_session_end(struct sg_sessions *sessions, struct sg_session *session)
{
    if (sessions->end != NULL)
        sessions->end(sessions, session);
    memset(session, 0, sessions->bytes);
}

void sg_sessions_client_gone(struct sg_sessions *sessions, uint32_t process, uint32_t instance)
{
    for (; sessions != NULL; sessions = sessions->next) {
        for (uint32_t i = 0; i < sessions->count; i++) {
            struct sg_session *session = at(sessions, i);
            if (session->is_used && sg_badge_process(session->badge) == process &&
                sg_badge_instance(session->badge) <= instance)
                sg_session_end(sessions, session);
        }
    }
}
