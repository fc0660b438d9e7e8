/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* All identity sources that are built in: one visible row each. */
#include "adapter.h"

extern const struct adapter iamsmart_adapter;
extern const struct adapter guangdong_adapter;

const struct adapter *const adapter_registry[] = {
        &iamsmart_adapter,
        &guangdong_adapter,
        NULL,
};

const struct adapter *adapter_find(struct str name)
{
        for (const struct adapter *const *a = adapter_registry; *a; a++)
                if (str_is(name, (*a)->name))
                        return *a;
        return NULL;
}
