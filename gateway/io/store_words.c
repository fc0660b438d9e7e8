/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The words of the store (store.h), each one Redis command. One-time things are consumed with GETDEL, never with a
 * read and a later delete. */
#include "store_command.h"

static struct str decimal(struct task *t, int64_t number)
{
        return arena_printf(task_arena(t), "%lld", (long long)number);
}

void store_check_life(struct str key, int64_t ttl_s)
{
        if (ttl_s < 0 || (ttl_s == 0 && !str_starts(key, STR("bg:d:"))))
                abort();
}

static result value_of(struct task *t, const struct str *args, size_t count, struct str *ret_value, bool *ret_found)
{
        struct store_reply reply;
        TRY(store_command(t, args, count, &reply));
        if (reply.kind != STORE_NIL && reply.kind != STORE_TEXT)
                return fail(task_arena(t), ERR_SERVER_ERROR, "Redis gave a reply of another type than a value");
        *ret_found = reply.kind == STORE_TEXT;
        *ret_value = reply.text;
        return OK;
}

static result integer_of(struct task *t, const struct str *args, size_t count, int64_t *ret_integer)
{
        struct store_reply reply;
        TRY(store_command(t, args, count, &reply));
        if (reply.kind != STORE_INTEGER)
                return fail(task_arena(t), ERR_SERVER_ERROR, "Redis gave a reply of another type than an integer");
        *ret_integer = reply.integer;
        return OK;
}

result store_get(struct task *t, struct str key, struct str *ret_value, bool *ret_found)
{
        const struct str args[] = { STR("GET"), key };
        return value_of(t, args, 2, ret_value, ret_found);
}

result store_take(struct task *t, struct str key, struct str *ret_value, bool *ret_found)
{
        const struct str args[] = { STR("GETDEL"), key };
        return value_of(t, args, 2, ret_value, ret_found);
}

result store_set(struct task *t, struct str key, struct str value, int64_t ttl_s)
{
        store_check_life(key, ttl_s);
        const struct str args[] = { STR("SET"), key, value, STR("EX"), ttl_s ? decimal(t, ttl_s) : STR("") };
        struct store_reply reply;
        return store_command(t, args, ttl_s ? 5 : 3, &reply);
}

/* SET with a condition; *ret_set tells whether it held. */
static result set_if(struct task *t, const struct str args[static 6], int64_t ttl_s, bool *ret_set)
{
        struct store_reply reply;
        store_check_life(args[1], ttl_s);
        TRY(store_command(t, args, ttl_s ? 6 : 4, &reply));
        *ret_set = reply.kind == STORE_TEXT;
        return OK;
}

result store_set_new(struct task *t, struct str key, struct str value, int64_t ttl_s, bool *ret_created)
{
        const struct str args[] = { STR("SET"), key, value, STR("NX"), STR("EX"), decimal(t, ttl_s) };
        return set_if(t, args, ttl_s, ret_created);
}

result store_replace(struct task *t, struct str key, struct str value, int64_t ttl_s, bool *ret_replaced)
{
        const struct str args[] = { STR("SET"), key, value, STR("XX"), STR("EX"), decimal(t, ttl_s) };
        return set_if(t, args, ttl_s, ret_replaced);
}

result store_swap(struct task *t, struct str key, struct str value, int64_t ttl_s, struct str *ret_before)
{
        const struct str args[] = { STR("SET"), key, value, STR("GET"), STR("EX"), decimal(t, ttl_s) };
        struct str before;
        bool found;
        store_check_life(key, ttl_s);
        TRY(value_of(t, args, ttl_s ? 6 : 4, &before, &found));
        *ret_before = found ? before : STR("");
        return OK;
}

result store_compare_and_set(struct task *t, struct str key, struct str before, struct str value, bool *ret_replaced)
{
        static const struct store_script script = {
                "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end "
                "redis.call('SET', KEYS[1], ARGV[2]) return 1"
        };
        const struct str args[] = { before, value };
        struct str replaced;
        store_check_life(key, 0);
        TRY(store_eval(t, &(struct store_call){ &script, &key, 1, args, 2 }, &replaced));
        *ret_replaced = str_is(replaced, "1");
        return OK;
}

result store_get_head(struct task *t, struct str key, size_t count, struct str *ret_head)
{
        const struct str args[] = { STR("GETRANGE"), key, STR("0"), decimal(t, (int64_t)count - 1) };
        bool found;
        return value_of(t, args, 4, ret_head, &found);
}

result store_drop(struct task *t, struct str key, bool *ret_dropped)
{
        const struct str args[] = { STR("DEL"), key };
        int64_t dropped = 0;
        TRY(integer_of(t, args, 2, &dropped));
        if (ret_dropped)
                *ret_dropped = dropped > 0;
        return OK;
}

result store_ttl(struct task *t, struct str key, int64_t *ret_seconds)
{
        const struct str args[] = { STR("TTL"), key };
        return integer_of(t, args, 2, ret_seconds);
}

result store_is_persistent(struct task *t, bool *ret_persistent)
{
        const struct str args[] = { STR("INFO"), STR("persistence") };
        struct str rest, line;
        bool found;
        TRY(value_of(t, args, 2, &rest, &found));
        *ret_persistent = false;
        while (str_split(&rest, '\n', &line))
                if (str_is(str_trim(line), "aof_enabled:1"))
                        *ret_persistent = true;
        return OK;
}

result store_ping(struct task *t)
{
        const struct str args[] = { STR("PING") };
        struct store_reply reply;
        return store_command(t, args, 1, &reply);
}

static result load_script(struct task *t, const struct store_script *script, char *sha1)
{
        const struct str args[] = { STR("SCRIPT"), STR("LOAD"), str_from(script->source) };
        struct store_reply reply;
        TRY(store_command(t, args, 3, &reply));
        if (reply.kind != STORE_TEXT || reply.text.len != 40)
                return fail(task_arena(t), ERR_SERVER_ERROR, "Redis did not load a script");
        memcpy(sha1, reply.text.data, 40);
        return OK;
}

static struct str text_of(struct task *t, const struct store_reply *reply)
{
        return reply->kind == STORE_INTEGER ? decimal(t, reply->integer) : reply->text;
}

result store_eval(struct task *t, const struct store_call *call, struct str *ret_value)
{
        struct str command[STORE_ARGS_MAX] = { STR("EVALSHA"), STR(""), decimal(t, (int64_t)call->key_count) };
        if (3 + call->key_count + call->arg_count > STORE_ARGS_MAX)
                return fail(task_arena(t), ERR_SERVER_ERROR, "too many keys and arguments for a script");
        for (size_t i = 0; i < call->key_count; i++)
                command[3 + i] = call->keys[i];
        for (size_t i = 0; i < call->arg_count; i++)
                command[3 + call->key_count + i] = call->args[i];
        char *sha1 = store_script_sha1(t, call->script);
        /* Twice: Redis forgets its scripts when it restarts. */
        for (int attempt = 0; attempt < 2; attempt++) {
                if (!*sha1)
                        TRY(load_script(t, call->script, sha1));
                command[1] = str_slice(sha1, 40);
                struct store_reply reply;
                TRY(store_command(t, command, 3 + call->key_count + call->arg_count, &reply));
                if (reply.kind != STORE_NOSCRIPT) {
                        *ret_value = text_of(t, &reply);
                        return OK;
                }
                *sha1 = '\0';
        }
        return fail(task_arena(t), ERR_STORE_DOWN, "Redis forgot a script that it had just loaded");
}
