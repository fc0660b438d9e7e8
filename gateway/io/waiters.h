/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Inside io/ only: the store and the fetcher of one worker, as worker.c drives them. */
#pragma once

#include "worker.h"

/* Opens the connection in the background. Errors: ERR_CONFIG (TLS not built in, address too long). */
result store_new(struct arena *a, struct worker *w, struct store **ret_store);
/* Sends what commands have gathered: once per turn of the loop. */
void store_flush(struct store *s);
/* NULL is fine. No task may be running. */
void store_free(struct store *s);

struct fetcher *fetcher_new(struct worker *w);
/* NULL is fine. No task may be running. */
void fetcher_free(struct fetcher *f);
