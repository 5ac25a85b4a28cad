/* What the program says: progress, warnings, the table of the clusters, times, memory passes.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEGMENT_REPORT_H
#define SEGMENT_REPORT_H

#include <scixp.h>

#include "image.h"
#include "segment.h"

/* How long the steps of the work took. */
typedef struct stopwatch {
    double last; /* seconds of a clock that only goes forward */
    int n_steps;
    struct {
        const char *name;
        double seconds;
    } steps[8];
} stopwatch;

stopwatch stopwatch_start(void);

/* The step that ends now, under its name. */
void stopwatch_step(stopwatch *watch, const char *name);

/* Says on stderr how far long work is, on one line that it rewrites, if stderr is a terminal; and each warning of the
 * library once in a row. Cancels the work after Ctrl-C. */
void report_progress(void);
void report_progress_end(void);

/* Says on stderr, in one line, what the thread's error is. */
void report_failure(void);

/* Prints the table of the clusters to stdout. False, with the error recorded, if their numbers cannot be had. */
bool report_clusters(segments found);

/* Prints the times, the device and what it did. `device` is a trace device. */
bool report_work(const stopwatch *watch, const struct xp_device *device);

#endif
