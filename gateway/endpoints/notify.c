/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /notify/{source}: a source posts an answer that the browser waits for. The sender is not authenticated, so every
 * answer looks the same, whether the notice was right, wrong, late or a repetition. */
#include "handlers.h"
#include "notice.h"

static result take_notice(struct task *t, const struct source *source, bool *ret_kept)
{
        struct adapter_notice found;
        struct notice notice;

        TRY(source->adapter->notify(t, source, request_body(t), &found));
        if (!found.content)
                return fail(task_arena(t), ERR_SOURCE_BAD_ANSWER, "the notice has no content");
        notice = (struct notice){
                .source = source->id,
                .correlation = found.correlation,
                .state = found.state,
                .content = found.content,
        };
        return notice_put_new(t, &notice, ret_kept);
}

result notify_endpoint(struct task *t, const struct call *call)
{
        const struct source *source = gateway_source(gateway_of(t), call->values[0]);
        bool kept = false;
        result r = OK;

        if (source && (source->adapter->traits & ADAPTER_NOTIFIES))
                r = take_notice(t, source, &kept);
        /* Only our own trouble may show: the source should try again then. */
        if (is_error(r, &ERR_STORE_DOWN) || is_error(r, &ERR_DEADLINE))
                return r;
        if (is_ok(r) && !kept)
                ignore_failure(fail(task_arena(t), ERR_FLOW_UNKNOWN, "notice that nobody waits for"), "for the log");
        reply_body(t, 200, "application/json", STR("{}"));
        return OK;
}
