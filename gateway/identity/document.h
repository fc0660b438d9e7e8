/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Numbers of identity documents: Hong Kong identity card, Mainland Travel Permit for Hong Kong and Macao Residents,
 * Residence Permit and resident identity card (GB 11643, check character by ISO 7064 MOD 11-2), passport.
 *
 * A number is personal data: it stays in the arena, never goes into a reason, and is kept elsewhere only as a
 * keyed hash of the part that identifies the person (document_pseudonym). */
#pragma once

#include "adapter.h"
#include "seal.h"

enum document_type {
        DOCUMENT_NONE = 0,
        DOCUMENT_HKID,
        DOCUMENT_TRAVEL_PERMIT,
        DOCUMENT_RESIDENCE_PERMIT,
        DOCUMENT_RESIDENT_ID,
        DOCUMENT_PASSPORT,
};

struct document {
        enum document_type type;
        struct str number;     /* normalised: upper-case, without blanks and parentheses: "A1234563" */
        struct str person;     /* the part that stays the same when the document is renewed */
        struct str birth_date; /* "YYYY-MM-DD" where the number says it, else empty */
        struct str gender;     /* "male", "female" where the number says it, else empty */
};

/* "hkid", "travel_permit", …, as in struct attributes; "" for DOCUMENT_NONE. */
struct str document_type_name(enum document_type type);

/* Reads a number of the named type: blanks anywhere, lower case and full-width characters are accepted; a wrong
 * form, date or check digit is not. A resident identity number with one of the address codes of Hong Kong, Macao and
 * Taiwan is a residence permit, whatever it was called.
 * Errors: ERR_MALFORMED (reason without the number), ERR_UNSUPPORTED (unknown type). */
result document_parse(struct arena *a, struct str type, struct str text, struct document *ret_document);
/* A Hong Kong identity card number whose check digit comes apart, as iAM Smart sends it. Errors: ERR_MALFORMED. */
result document_parse_hkid(struct arena *a, struct str identification, struct str check_digit,
                           struct document *ret_document);

/* Type and person part, as the input of a keyed hash: equal for two numbers exactly if they name the same person in
 * the same scheme. */
struct str document_pseudonym_input(struct arena *a, const struct document *document);
/* The keyed hash that is compared and stored. Two are comparable when they come from the same seal. */
struct str document_pseudonym(const struct seal *seal, struct arena *a, const struct document *document);

/* Fills a missing date of birth or gender of `attributes` from the number. Errors: ERR_SOURCE_BAD_ANSWER when the
 * source contradicts its own document. `attributes` is untouched on failure. */
result document_complete(struct arena *a, const struct document *document, struct attributes *attributes);
