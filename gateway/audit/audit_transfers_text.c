/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See audit_transfers_text.h. */
#include "audit_transfers_text.h"

#define ARENA_CAP ((size_t)64 * 1024 * 1024)

static size_t files_of(const struct audit_report *proof)
{
        size_t files = 0;

        for (size_t i = 0; i < proof->count; i++)
                files += proof->nodes[i].files;
        return files;
}

/* Times sort as text. */
static bool is_later(struct str time, struct str than)
{
        return time.len == than.len && memcmp(time.data, than.data, time.len) > 0;
}

/* Records of the period's beginning are gone: files older than audit.retention were removed. */
static bool begins_late(const struct audit_transfers_report *report, const struct audit_node *node)
{
        return node->first > 1 && is_later(node->since, report->period.from);
}

/* Is nothing of the period known to be missing? */
static bool is_whole(const struct audit_transfers_report *report)
{
        for (size_t i = 0; i < report->proof->count; i++)
                if (begins_late(report, &report->proof->nodes[i]))
                        return false;
        return audit_transfers_lost(report->sums) == 0;
}

static const char *proof_name(const struct audit_transfers_report *report)
{
        return report->signed_by_known_keys ? "chain and signatures" : "chain";
}

/* ---- for people ---- */

/* Names come from settings; a terminal shall not obey them all the same. */
static void put_name(FILE *out, struct str name, size_t width)
{
        struct str shown = name.len > 0 ? name : STR("-");

        for (size_t i = 0; i < shown.len; i++)
                fputc((unsigned char)shown.data[i] < ' ' || shown.data[i] == 0x7f ? '?' : shown.data[i], out);
        for (size_t i = shown.len; i < width; i++)
                fputc(' ', out);
}

void audit_transfers_preamble(FILE *out, const struct audit_transfers_report *report)
{
        int64_t lost = audit_transfers_lost(report->sums);

        fprintf(out, "period  %.*s to %.*s, both included (UTC)\n", STR_FMT(report->period.from),
                STR_FMT(report->period.to));
        fprintf(out, "read    %zu files, %lld records\n", files_of(report->proof),
                (long long)audit_transfers_heard(report->sums));
        fprintf(out, "proof   chain verified; signatures %s\n",
                report->signed_by_known_keys ? "verified" : "not checked (no --jwks)");
        for (size_t i = 0; i < report->proof->count; i++) {
                const struct audit_node *n = &report->proof->nodes[i];

                if (begins_late(report, n))
                        fprintf(out, "missing records of %.*s before %.*s: removed by audit.retention\n", STR_FMT(n->node),
                                STR_FMT(n->since));
        }
        if (lost > 0)
                fprintf(out, "missing %lld records that the gateway could not write; some may be crossings\n",
                        (long long)lost);
}

static bool same_transfer(const struct audit_transfer *a, const struct audit_transfer *b)
{
        return str_eq(a->direction, b->direction) && str_eq(a->purpose, b->purpose) && str_eq(a->recipient, b->recipient) &&
               str_eq(a->item, b->item) && str_eq(a->policy, b->policy) && str_eq(a->policy_sha256, b->policy_sha256);
}

static void put_heading(FILE *out, const struct audit_transfer *r)
{
        const struct {
                const char *name;
                struct str value;
        } facts[] = { { "purpose", r->purpose }, { "recipient", r->recipient }, { "item", r->item },
                      { "policy", r->policy },   { "sha256", r->policy_sha256 } };

        fputc('\n', out);
        for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
                fprintf(out, "  %-10s ", facts[i].name);
                put_name(out, facts[i].value, 0);
                fputc('\n', out);
        }
        fprintf(out, "    %-24s %-10s %10s %10s\n", "field", "form", "crossings", "persons");
}

static void put_figures(FILE *out, const struct audit_transfer *r)
{
        fprintf(out, " %10lld %10lld\n", (long long)r->crossings, (long long)r->persons);
}

static void put_row(FILE *out, const struct audit_transfer *r, const struct audit_transfer *before)
{
        if (r->field.len == 0) {
                fputc('\n', out);
                put_name(out, r->direction.len > 0 ? r->direction : STR("total"), 39);
                if (r->direction.len == 0)
                        fprintf(out, " %10s %10s\n%39s", "crossings", "persons", "");
                put_figures(out, r);
                return;
        }
        if (!same_transfer(r, before))
                put_heading(out, r);
        fputs("    ", out);
        put_name(out, r->field, 24);
        fputc(' ', out);
        put_name(out, r->form, 10);
        put_figures(out, r);
}

void audit_transfers_table(FILE *out, const struct audit_transfers_report *report)
{
        size_t count;
        const struct audit_transfer *rows = audit_transfers_rows(report->sums, &count);

        audit_transfers_preamble(out, report);
        if (count == 0)
                fputs("\nnothing crossed\n", out);
        for (size_t i = 0; i < count; i++)
                put_row(out, &rows[i], i > 0 ? &rows[i - 1] : NULL);
}

/* ---- for spreadsheets ---- */

/* A cell that begins so would be taken for a formula. */
static bool is_formula(struct str cell)
{
        return cell.len > 0 && strchr("=+-@\t\r", cell.data[0]);
}

static void put_cell(FILE *out, struct str cell)
{
        fputs(is_formula(cell) ? "\"'" : "\"", out);
        for (size_t i = 0; i < cell.len; i++) {
                if (cell.data[i] == '"')
                        fputc('"', out);
                fputc(cell.data[i], out);
        }
        fputs("\",", out);
}

void audit_transfers_csv(FILE *out, const struct audit_transfers_report *report)
{
        size_t count;
        const struct audit_transfer *rows = audit_transfers_rows(report->sums, &count);

        fputs("from,to,direction,purpose,recipient,item,policy,policy_sha256,field,form,crossings,persons,"
              "files,records,verified,whole\r\n", out);
        for (size_t i = 0; i < count; i++) {
                const struct audit_transfer *r = &rows[i];
                const struct str cells[] = { report->period.from, report->period.to, r->direction, r->purpose, r->recipient,
                                             r->item, r->policy, r->policy_sha256, r->field, r->form };

                if (r->field.len == 0)
                        continue;
                for (size_t n = 0; n < sizeof(cells) / sizeof(cells[0]); n++)
                        put_cell(out, cells[n]);
                fprintf(out, "%lld,%lld,%zu,%lld,%s,%s\r\n", (long long)r->crossings, (long long)r->persons,
                        files_of(report->proof), (long long)audit_transfers_heard(report->sums), proof_name(report),
                        is_whole(report) ? "yes" : "no");
        }
}

/* ---- for programs ---- */

/* Every member is always there: null for what was not recorded. */
static void set_text(json_t *o, const char *name, struct str text)
{
        json_object_set_new(o, name, text.len > 0 ? json_from_str(text) : json_null());
}

static json_t *add_object(json_t *array)
{
        json_t *o = json_object();

        json_array_append_new(array, o);
        return o;
}

static void set_figures(json_t *o, const struct audit_transfer *r)
{
        json_put_int(o, "crossings", r->crossings);
        json_put_int(o, "persons", r->persons);
}

static json_t *add_transfer(json_t *transfers, const struct audit_transfer *r)
{
        json_t *o = add_object(transfers), *policy = json_null();

        set_text(o, "direction", r->direction);
        set_text(o, "purpose", r->purpose);
        set_text(o, "recipient", r->recipient);
        set_text(o, "item", r->item);
        if (r->policy.len > 0) {
                policy = json_object();
                set_text(policy, "id", r->policy);
                set_text(policy, "sha256", r->policy_sha256);
        }
        json_object_set_new(o, "policy", policy);
        set_figures(o, r);
        json_object_set_new(o, "fields", json_array());
        return json_object_get(o, "fields");
}

static void add_field(json_t *fields, const struct audit_transfer *r)
{
        json_t *o = add_object(fields);

        set_text(o, "field", r->field);
        set_text(o, "form", r->form);
        set_figures(o, r);
}

static void add_nodes(json_t *nodes, const struct audit_report *proof)
{
        for (size_t i = 0; i < proof->count; i++) {
                const struct audit_node *n = &proof->nodes[i];
                json_t *o = add_object(nodes);

                set_text(o, "node", n->node);
                json_put_int(o, "files", (int64_t)n->files);
                json_put_int(o, "first", n->first);
                json_put_int(o, "last", n->last);
                json_put_int(o, "signed_to", n->signed_to);
                set_text(o, "since", n->since);
                set_text(o, "until", n->until);
        }
}

static json_t *begin_json(struct arena *a, const struct audit_transfers_report *report)
{
        json_t *o = json_new_object(a), *nodes = json_new_array(a);

        json_put_int(o, "version", 1);
        set_text(o, "from", report->period.from);
        set_text(o, "to", report->period.to);
        json_put_int(o, "files", (int64_t)files_of(report->proof));
        json_put_int(o, "records", audit_transfers_heard(report->sums));
        json_put_int(o, "records_lost", audit_transfers_lost(report->sums));
        json_put_bool(o, "chain_verified", true);
        json_put_bool(o, "signatures_verified", report->signed_by_known_keys);
        json_put_bool(o, "whole", is_whole(report));
        add_nodes(nodes, report->proof);
        json_object_set(o, "nodes", nodes);
        json_put_int(o, "crossings", 0);
        json_put_int(o, "persons", 0);
        return o;
}

void audit_transfers_json(FILE *out, const struct audit_transfers_report *report)
{
        auto_arena a = arena_new(ARENA_CAP);
        json_t *o = begin_json(a, report), *directions = json_new_array(a), *transfers = json_new_array(a), *fields = NULL;
        size_t count;
        const struct audit_transfer *rows = audit_transfers_rows(report->sums, &count);

        for (size_t i = 0; i < count; i++) {
                const struct audit_transfer *r = &rows[i];

                if (r->direction.len == 0) {
                        set_figures(o, r);
                } else if (r->field.len == 0) {
                        json_t *direction = add_object(directions);

                        set_text(direction, "direction", r->direction);
                        set_figures(direction, r);
                } else {
                        if (!same_transfer(r, &rows[i - 1]))
                                fields = add_transfer(transfers, r);
                        add_field(fields, r);
                }
        }
        json_object_set(o, "directions", directions);
        json_object_set(o, "transfers", transfers);
        fprintf(out, "%.*s\n", STR_FMT(json_write(a, o)));
}
