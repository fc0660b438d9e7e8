/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* tokeninfo's answer: userobj and its companions, in the dialect's own words and spelling. */
#include "guangdong.h"

#include "base64url.h"
#include "digest.h"

struct str guangdong_user_code(struct arena *a, const struct gd_account *account)
{
        struct str digest = digest_of(a, DIGEST_SHA256, ARENA_JOIN(a, STR("useridcode "), str_from(account->uid)));
        return hex_encode(a, str_head(digest, 16));
}

static void append_text(json_t *list, struct str text)
{
        json_array_append_new(list, json_from_str(text));
}

/* "k=v" entries. `birthday` and `sex` are an assumption of this sandbox: the number of a travel permit says neither,
 * and how the platform tells them is not public. `accout_type` is the platform's own spelling. */
static json_t *extproperties(struct arena *a, const struct gd_account *account)
{
        json_t *list = json_new_array(a);
        append_text(list, STR("origin=gdbs"));
        append_text(list, STR("accout_type=1"));
        append_text(list, STR("area=440000"));
        append_text(list, STR("uversion=1.0"));
        if (account->birth_date)
                append_text(list, ARENA_JOIN(a, STR("birthday="), str_from(account->birth_date)));
        if (account->gender)
                append_text(list, ARENA_JOIN(a, STR("sex="), str_from(account->gender)));
        return list;
}

static json_t *userobj(struct arena *a, const struct gd_account *account, const struct guangdong_behaviour *b)
{
        json_t *user = json_new_object(a);
        struct str level = arena_printf(a, "L%d", account->level);
        json_put_str(user, "uid", str_from(account->uid));
        json_put_str(user, "cn", str_from(account->name));
        json_put_str(user, "idcardtype", str_from(account->document_type));
        json_put_str(user, "idcardnumber", str_from(account->document_number));
        json_put_str(user, "telephonenumber", str_from(account->phone_number));
        json_put_str(user, "usertype", STR("1"));
        if (b->isreal_boolean)
                json_put_bool(user, "isreal", account->level >= 1);
        else
                json_put_str(user, "isreal", account->level >= 1 ? STR("true") : STR("false"));
        json_put_str(user, "realtype", STR("PLV"));
        json_put_str(user, "useridcode", guangdong_user_code(a, account));
        json_put_str(user, "tokenid", hex_encode(a, random_bytes(a, 16)));
        json_put_str(user, "createtime", STR("20230915103000"));
        json_put_str(user, "anon_flag", STR("0"));
        json_object_set(user, "extproperties", extproperties(a, account));
        json_put_str(user, "creditable_level_of_account", level);
        json_put_str(user, "creditable_level_of_account_way",
                     ARENA_JOIN(a, level, STR("@"), str_from(account->way), STR("@"), str_from(account->uid)));
        return user;
}

static json_t *user_creditable_level(struct arena *a, const struct gd_account *account, int64_t now_s)
{
        json_t *way = json_new_object(a);
        json_put_str(way, "auth_time", arena_printf(a, "%lld", (long long)now_s));
        json_put_str(way, "uniqueid", str_from(account->uid));
        json_put_str(way, "user_name", str_from(account->name));
        json_put_str(way, "auth_identification", STR("1"));
        json_put_str(way, "identity_level", arena_printf(a, "L%d", account->level));
        json_put_str(way, "credential_no", str_from(account->document_number));
        json_put_str(way, "way_code", str_from(account->way));
        json_t *list = json_new_array(a);
        json_array_append(list, way);
        json_t *level = json_new_object(a);
        json_object_set(level, "creditable_level_of_account_way_list", list);
        return level;
}

json_t *guangdong_tokeninfo(struct arena *a, const struct person *p, const struct guangdong_behaviour *b, int64_t now_s)
{
        json_t *answer = json_new_object(a);
        json_t *user = userobj(a, &p->gd, b);
        if (b->userobj_string)
                json_put_str(answer, "userobj", json_write(a, user));
        else
                json_object_set(answer, "userobj", user);
        json_put_str(answer, "signdata", base64_encode(a, random_bytes(a, 64)));
        json_object_set(answer, "user_creditable_level", user_creditable_level(a, &p->gd, now_s));
        return answer;
}
