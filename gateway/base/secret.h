/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Bytes that must not be printed, are compared in constant time and are wiped when they go. */
#pragma once

#include "arena.h"

struct secret; /* opaque on purpose: there is no way to print one by accident */

/* A copy of `bytes`. */
struct secret *secret_new(struct str bytes);
/* NULL is fine. Wipes first. */
void secret_free(struct secret *s);
/* A copy that lives as long as the arena. */
struct secret *secret_in(struct arena *a, struct str bytes);
/* The bytes, for the function that must have them (a MAC, a request to an upstream). */
struct str secret_reveal(const struct secret *s);
/* Constant time for equal lengths; NULL equals nothing. */
bool secret_eq(const struct secret *s, struct str bytes);
/* The same for two views. */
bool str_eq_secret(struct str a, struct str b);
/* Overwrites in a way that the compiler keeps. */
void wipe(void *data, size_t len);
