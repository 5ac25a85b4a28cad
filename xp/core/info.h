/* What is told about the library and its surroundings: who has something to tell, and under which heading.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_CORE_INFO_H
#define XP_CORE_INFO_H

#include "core/builder.h"

typedef enum xp_info_heading {
    XP_INFO_DEVICES,   /* by name: what it is, its compute units and memory */
    XP_INFO_PLUGINS,   /* by name: from where it came, or why it is not there */
    XP_INFO_LIBRARIES, /* by name: version */
    XP_INFO_CACHES,    /* by name: where, how much is in it */
    XP_N_INFO_HEADINGS
} xp_info_heading;

/* Adds lines each time that the text is asked for. */
typedef void xp_info_source(xp_builder *text);

/* How the format of a line begins, for the name that it is about. Lines end with \n. */
#define XP_INFO_LINE "  %-16s "

/* To be called by providers once, when they start: up to 32 sources in a process; one that is there already is not
 * added again. */
void xp_info_tell(xp_info_heading heading, xp_info_source *source);

/* The text; NULL with an error recorded for `function` if memory has run out. */
char *xp_info_take(xp_builder *text, const char *function);

#endif
