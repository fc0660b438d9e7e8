/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The sandbox's people: made-up, each known to iAM Smart and, in most cases, to the Guangdong platform too.
 *
 * Their pairs cover what matching has to tell apart: the same person in other characters, a person about whom the
 * two sides do not quite agree, and two different people. */
#pragma once

#include "str.h"

/* One person's account at iAM Smart. */
struct hk_account {
        const char *hkid; /* identifier without check digit, "A123456" */
        const char *check_digit;
        const char *name_latin;   /* "CHAN, Tai Man" */
        const char *name_chinese; /* NULL: the identity card has none */
        const char *birth_date;   /* "19900115" */
        const char *gender;       /* "M" or "F" */
        const char *user_type;    /* "default": iAM Smart, "sign": iAM Smart+ */
        int64_t last_modified_ms;
};

/* The account at Guangdong's unified identity platform that the same person uses; uid NULL: none. */
struct gd_account {
        const char *uid;
        const char *name;          /* "cn" */
        const char *document_type; /* "10" residence permit or identity card, "40" others (travel permit) */
        const char *document_number;
        const char *birth_date; /* "19900115"; NULL: the account does not say */
        const char *gender;     /* "M", "F"; NULL: the account does not say */
        const char *phone_number;
        int level;       /* 0…3 */
        const char *way; /* way_code that gave the level: "YSS", "GW", "IDV" */
};

struct person {
        const char *id;      /* in forms and in the control ids "person-<id>" */
        const char *purpose; /* what this person is for, shown beside the name */
        struct hk_account hk;
        struct gd_account gd;
};

extern const struct person persons[];
extern const size_t person_count;

/* NULL when there is none of that id. */
const struct person *person_find(struct str id);

/* HKID check digit of an identifier ("A123456" or "AB123456"): '0'…'9' or 'A'; 0 for anything else. */
char hkid_check_digit(struct str identifier);
/* Check character of the first 17 characters of a resident or residence permit number (ISO 7064 MOD 11-2); 0 when
 * they are not 17 digits. */
char residence_check_character(struct str number);
