/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See login_level.h. */
#include "login_level.h"

#include "clock.h"

/* Any of the essential acr values, the client's minimum and the item's must be reached; voluntary ones are only a wish. */
static struct level_need need_of(struct arena *a, const struct authorization_request *request)
{
        bool essential;
        struct str wanted = authorization_request_acr(a, request, &essential);

        return (struct level_need){
                .any = essential ? wanted : (struct str){ 0 },
                .least = { request->client->acr_minimum,
                           request->item ? request->item->acr_minimum : (struct str){ 0 } },
        };
}

/* A login that was made for this very request is recent, however long its later steps took. An older one may come from
 * the source, which need not have asked the person anew. */
static bool is_stale(const struct gateway *g, const struct interaction *i, const struct authorization_request *request,
                     const struct identity *identity)
{
        int64_t begun = i->expires_at - g->config->lifetimes.interaction, auth_time = identity->assertion.auth_time;

        return request->max_age >= 0 && auth_time < begun && clock_now() - auth_time > request->max_age;
}

static json_t *render_ways(struct arena *a, const struct step_up_way *ways, size_t count)
{
        json_t *list = json_new_array(a);

        for (size_t n = 0; n < count; n++) {
                json_t *way = json_new_object(a);

                json_put_str(way, "source", ways[n].source->id);
                json_put_int(way, "kind", ways[n].kind);
                json_array_append(list, way);
        }
        return list;
}

/* NULL when there is none. */
static json_t *find_ways(struct task *t, const struct step_up *s, const struct authorization_request *request)
{
        struct arena *a = task_arena(t);
        struct step_up_way *ways = arena_new_array(a, struct step_up_way, s->source_count);
        size_t count = authorization_request_prompts(request, "none") ? 0 : step_up_ways(a, s, ways);

        return count > 0 ? render_ways(a, ways, count) : NULL;
}

result login_level_check(struct task *t, struct interaction *i, const struct authorization_request *request,
                         const struct identity *identity, bool *ret_enough)
{
        struct arena *a = task_arena(t);
        const struct gateway *g = gateway_of(t);
        struct assurance level = identity_assurance(g, identity, clock_now());
        struct assurance other = assurance_parse(identity->other_level);
        struct level_need need = need_of(a, request);
        const struct step_up s = {
                .map = g->assurance,
                .need = &need,
                .client = request->client,
                .sources = g->sources,
                .source_count = g->source_count,
                .source = gateway_source(g, identity->assertion.source),
                .native = identity->assertion.native_level,
                .ceiling = identity->bound ? &other : NULL,
                .is_stale = is_stale(g, i, request, identity),
                .is_tried = i->ways,
        };
        bool enough = level_need_met(g->assurance, &need, &level) && !s.is_stale;
        json_t *ways = enough ? NULL : find_ways(t, &s, request);

        if (!enough && !ways)
                return fail(a, ERR_UNMET_AUTHENTICATION_REQUIREMENTS, "level ial %d aal %d fal %d%s", level.ial,
                            level.aal, level.fal, s.is_stale ? " of a login before max_age" : " is too low");
        if (!enough) {
                i->ways = ways;
                i->assertion = assertion_render(a, &identity->assertion);
                i->session = (struct str){ 0 };
                i->step = STEP_STEP_UP;
        }
        *ret_enough = enough;
        return OK;
}

enum step_up_kind login_way_kind(const struct interaction *i, struct str source)
{
        const json_t *way;
        size_t n;

        json_array_foreach(i->ways, n, way)
                if (str_eq(json_str(way, "source"), source))
                        return (enum step_up_kind)json_int(way, "kind", STEP_UP_NONE);
        return STEP_UP_NONE;
}

struct str login_only_way(const struct interaction *i)
{
        return json_array_size(i->ways) == 1 ? json_str(json_array_get(i->ways, 0), "source") : (struct str){ 0 };
}
