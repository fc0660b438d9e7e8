/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Files of the audit from any bytes: no line is taken for a record unless it is one, what is rendered is read again as
 * the same, a change of any byte is found, and summing a record never fails in another way than by saying so. */
#include "fuzz.h"

#include "audit_files.h"
#include "audit_transfers.h"

static void sum(struct arena *a, const json_t *record)
{
        const struct audit_period always = { STR("0001-01-01T00:00:00Z"), STR("9999-12-31T23:59:59Z") };
        __attribute__((cleanup(audit_transfers_cleanup))) struct audit_transfers *sums = audit_transfers_new(always);
        const struct audit_transfer *rows;
        size_t count;
        bool summed = is_ok(audit_transfers_hear(sums, a, record));
        rows = audit_transfers_rows(sums, &count);
        fuzz_expect(summed || count == 0);
        for (size_t i = 0; i < count; i++)
                fuzz_expect(rows[i].crossings > 0 && rows[i].persons == 1);
        fuzz_expect(count == 0 || (count >= 3 && str_is(rows[2].field, "sub")));
}

/* The bytes as a file: its lines as a chain, from the first record on or from the middle. */
static void read_as_file(struct arena *a, const uint8_t *data, size_t size, struct audit_link link)
{
        struct audit_reader reader = { .file = fmemopen((void *)(uintptr_t)data, size, "r") };
        struct str line;
        json_t *record;
        while (reader.file && audit_reader_next(&reader, &line)) {
                int64_t before = link.seq;
                if (is_ok(json_read_object(a, line, AUDIT_LINE_MAX, &record)))
                        sum(a, record);
                if (!is_ok(audit_line_check(a, line, &link, &record))) {
                        fuzz_expect(link.seq == before);
                        continue;
                }
                fuzz_expect(link.seq == json_int(record, "seq", -2) && link.hash[AUDIT_HASH_LEN] == '\0');
        }
        fuzz_expect(!reader.file || (size_t)(reader.end + reader.torn) <= size);
        if (reader.file)
                audit_reader_done(&reader);
}

/* The bytes as what an event says, a line for each member. */
static void write_and_read(struct arena *a, struct str text)
{
        struct audit_event e = { .kind = AUDIT_CROSSING };
        struct str *const members[] = { &e.person, &e.client, &e.item, &e.direction, &e.policy, &e.purpose, &e.fields };
        struct audit_link last = audit_link_first(), link = last;
        json_t *record, *again;
        for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
                if (!str_split(&text, '\n', members[i]))
                        break;
        struct str line = audit_line(a, &last, STR("gw1"), 0, audit_event_render(a, &e));
        line = str_head(line, line.len - 1);
        if (line.len > AUDIT_LINE_MAX)
                return;
        fuzz_expect(is_ok(audit_line_check(a, line, &link, &record)) && link.seq == 1);
        fuzz_expect(str_eq(json_str(record, "fields"), e.fields) && str_eq(json_str(record, "item"), e.item));
        sum(a, record);
        size_t place = (e.person.len * 31 + e.client.len * 7 + line.len / 2) % line.len;
        ((char *)(uintptr_t)line.data)[place] ^= 1;
        link = last;
        fuzz_expect(!is_ok(audit_line_check(a, line, &link, &again)) && link.seq == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        struct str text = str_slice(data, size);
        if (size > 0) {
                read_as_file(a, data, size, audit_link_first());
                read_as_file(a, data, size, (struct audit_link){ 0 });
        }
        fuzz_expect(!audit_time_is_real(text) || size == sizeof("2026-11-22T15:04:05Z") - 1);
        if (str_is_utf8(text))
                write_and_read(a, text);
        return 0;
}
