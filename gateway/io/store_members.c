/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Hashes in the store (store.h): what belongs together under one key, so that on a Redis Cluster it is on one node, and
 * two writers of different members do not undo each other. */
#include "store_command.h"

/* The life of the key is only ever made longer: a member that ends early must not take the others along. */
static const struct store_script set_script = {
        "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) "
        "local life = tonumber(ARGV[3]) "
        "if life > 0 and redis.call('TTL', KEYS[1]) < life then redis.call('EXPIRE', KEYS[1], life) end "
        "return redis.call('HLEN', KEYS[1])"
};

/* All names and values in turn, each as its length, a colon and its bytes. */
static const struct store_script list_script = {
        "local out = {} "
        "for _, text in ipairs(redis.call('HGETALL', KEYS[1])) do out[#out + 1] = #text .. ':' .. text end "
        "return table.concat(out)"
};

result store_member_set(struct task *t, struct str key, const struct store_member *member, int64_t ttl_s,
                        int64_t *ret_count)
{
        const struct str args[] = { member->name, member->value,
                                    arena_printf(task_arena(t), "%lld", (long long)ttl_s) };
        const struct store_call call = { &set_script, &key, 1, args, 3 };
        struct str count;

        store_check_life(key, ttl_s);
        TRY(store_eval(t, &call, &count));
        return str_to_int(count, ret_count) ? OK : fail(task_arena(t), ERR_SERVER_ERROR, "Redis gave no count");
}

result store_member_get(struct task *t, struct str key, struct str name, struct str *ret_value, bool *ret_found)
{
        const struct str args[] = { STR("HGET"), key, name };
        struct store_reply reply;

        TRY(store_command(t, args, 3, &reply));
        *ret_found = reply.kind == STORE_TEXT;
        *ret_value = reply.text;
        return OK;
}

result store_member_drop(struct task *t, struct str key, struct str name)
{
        const struct str args[] = { STR("HDEL"), key, name };
        struct store_reply reply;

        return store_command(t, args, 3, &reply);
}

/* Takes "length:bytes" off the front. */
static bool take_text(struct str *rest, struct str *ret_text)
{
        size_t colon = str_find(*rest, ':');
        int64_t len;

        if (!str_to_int(str_head(*rest, colon), &len) || len < 0 || (size_t)len + colon + 1 > rest->len)
                return false;
        *ret_text = str_head(str_from_index(*rest, colon + 1), (size_t)len);
        *rest = str_from_index(*rest, colon + 1 + (size_t)len);
        return true;
}

static size_t count_texts(struct str rest)
{
        struct str text;
        size_t count = 0;

        while (take_text(&rest, &text))
                count++;
        return count;
}

result store_members(struct task *t, struct str key, struct store_member **ret_members, size_t *ret_count)
{
        struct arena *a = task_arena(t);
        const struct store_call call = { &list_script, &key, 1, NULL, 0 };
        struct store_member *members;
        struct str rest;
        size_t count;

        TRY(store_eval(t, &call, &rest));
        count = count_texts(rest) / 2;
        members = arena_new_array(a, struct store_member, count + 1);
        for (size_t i = 0; i < count; i++)
                if (!take_text(&rest, &members[i].name) || !take_text(&rest, &members[i].value))
                        return fail(a, ERR_SERVER_ERROR, "Redis gave half a member");
        if (rest.len > 0)
                return fail(a, ERR_SERVER_ERROR, "Redis gave more than members");
        *ret_members = members;
        *ret_count = count;
        return OK;
}
