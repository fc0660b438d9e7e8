/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Loading settings with all that the program knows: the adapters' tables and the assurance map. */
#pragma once

#include "config.h"

/* The tables of adapter_registry, ended by a NULL type. */
const struct config_source_type *config_types_of_adapters(struct arena *a);

/* Loads and checks; collects mistakes, also the assurance map's and unknown levels in clients' acr_minimum. */
result settings_read(struct arena *a, struct str file, struct mistakes *mistakes, struct config **ret_config);
/* The same, and prints the mistakes on standard error, one per line. */
result settings_load(struct arena *a, const char *file, struct config **ret_config);
