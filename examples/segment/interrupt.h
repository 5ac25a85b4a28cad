/* Ctrl-C: long work is cancelled in order, a half-written file is removed.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEGMENT_INTERRUPT_H
#define SEGMENT_INTERRUPT_H

#include <stdbool.h>

#define INTERRUPTED 130 /* exit status, as shells have it */

/* From now on Ctrl-C only asks. A second one ends the program at once. */
void interrupt_watch(void);
bool interrupt_asked(void);

/* While a file is being written nobody looks: Ctrl-C removes it and ends the program. NULL: it is complete. */
void interrupt_removes(const char *path);

#endif
