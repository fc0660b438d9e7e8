/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The tables of endpoints: of the public listener and of the admin listener. Each ends with a NULL path. */
#pragma once

#include "discovery.h"
#include "route.h"

extern const struct route public_routes[];
extern const struct route admin_routes[];

/* The rows that have a member in the discovery document; ends with a NULL member. */
const struct discovery_endpoint *routes_metadata(struct arena *a);
