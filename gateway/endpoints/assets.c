/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /assets/{file}: the style sheet, under a name that changes with its content. */
#include "handlers.h"
#include "page.h"

result assets_endpoint(struct task *t, const struct call *call)
{
        const struct pages *pages = gateway_of(t)->pages;

        if (!str_ends(pages_style_path(pages), ARENA_JOIN(task_arena(t), STR("/"), call->values[0])))
                return fail(task_arena(t), ERR_NOT_FOUND, "no such asset");
        reply_body(t, 200, "text/css; charset=utf-8", pages_style(pages));
        return OK;
}
