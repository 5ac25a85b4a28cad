/* Text that grows: how texts of kernels, reports and keys are put together.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_CORE_BUILDER_H
#define XP_CORE_BUILDER_H

#include <stdbool.h>
#include <stddef.h>

/* Starts empty as all zeros. Once memory has run out everything added is dropped, and xp_builder_take says so: callers
 * need not look in between. */
typedef struct xp_builder {
    char *data;
    size_t length, room;
    bool failed;
} xp_builder;

void xp_builder_add(xp_builder *builder, const char *text);
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void xp_builder_addf(xp_builder *builder, const char *format, ...);

/* The text, freed with xp_dealloc; NULL if memory has run out. The builder is empty again. */
char *xp_builder_take(xp_builder *builder);

/* Forgets what was added. */
void xp_builder_drop(xp_builder *builder);

#endif
