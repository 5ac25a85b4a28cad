/* Prints progress, the table of the clusters, the time of each step and what the device did.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "report.h"
#include "interrupt.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- times ------------------------------------------------------------------------------------------------------- */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

stopwatch stopwatch_start(void)
{
    return (stopwatch){.last = now()};
}

void stopwatch_step(stopwatch *watch, const char *name)
{
    double time = now();
    watch->steps[watch->n_steps].name = name;
    watch->steps[watch->n_steps].seconds = time - watch->last;
    watch->n_steps++;
    watch->last = time;
}

/* ---- progress and warnings --------------------------------------------------------------------------------------- */

#define CLEAR_LINE "\r\033[K"

/* Where nobody looks, the work is only asked whether it is to stop. */
static bool hear_progress(void *context, const xp_progress_report *report)
{
    const bool *shows = context;
    if (!*shows)
        return !interrupt_asked();
    fprintf(stderr, CLEAR_LINE "%s: %" PRId64 " of %" PRId64, report->function, report->step, report->steps);
    if (report->changed >= 0)
        fprintf(stderr, ", %" PRId64 " labels changed", report->changed);
    return !interrupt_asked();
}

static void show_warning(void *context, xp_warning category, const char *message)
{
    static char last[256];
    (void)context, (void)category;
    if (strncmp(last, message, sizeof last - 1) == 0)
        return;
    snprintf(last, sizeof last, "%s", message);
    fprintf(stderr, "%ssegment: warning: %s\n", isatty(STDERR_FILENO) ? CLEAR_LINE : "", message);
}

void report_progress(void)
{
    xp_set_warning_callback(show_warning, NULL);
    static bool shows;
    shows = isatty(STDERR_FILENO);
    xp_set_progress_callback(hear_progress, &shows);
}

void report_progress_end(void)
{
    if (isatty(STDERR_FILENO))
        fputs(CLEAR_LINE, stderr);
}

void report_failure(void)
{
    bool named = strcmp(xp_error_function(), "segment") == 0; /* then the message begins with it */
    report_progress_end();
    fprintf(stderr, "%s%s\n", named ? "" : "segment: ", xp_error_message());
}

/* ---- clusters ---------------------------------------------------------------------------------------------------- */

#define MOST_CLUSTERS 256

/* A colour of 0 to 1 in each channel as the web writes it. */
static void colour_text(const float *colour, int64_t channels, char text[8])
{
    unsigned bytes[3];
    for (int i = 0; i < 3; i++) {
        float value = colour[channels == 1 ? 0 : i];
        bytes[i] = (unsigned)lrintf(255.0f * fminf(fmaxf(value, 0.0f), 1.0f));
    }
    snprintf(text, 8, "#%02x%02x%02x", bytes[0] & 255, bytes[1] & 255, bytes[2] & 255);
}

bool report_clusters(segments found)
{
    float share[MOST_CLUSTERS], colour[MOST_CLUSTERS * 3], distortion[MOST_CLUSTERS];
    size_t k = (size_t)xp_extent(found.colour, 0), channels = (size_t)xp_extent(found.colour, 1);
    if (xp_to_host(found.share, share, k * sizeof *share) != XP_OK ||
        xp_to_host(found.colour, colour, k * channels * sizeof *colour) != XP_OK ||
        xp_to_host(found.distortion, distortion, k * sizeof *distortion) != XP_OK)
        return false;
    double mean = 0.0;
    printf("\n%7s  %7s  %-7s  %10s\n", "cluster", "share", "colour", "distortion");
    for (size_t i = 0; i < k; i++) {
        char text[8];
        colour_text(colour + i * channels, (int64_t)channels, text);
        printf("%7zu  %5.1f %%  %-7s  %10.4f\n", i + 1, 100.0 * (double)share[i], text, (double)distortion[i]);
        mean += (double)(share[i] * distortion[i]);
    }
    printf("%7s  %5.1f %%  %-7s  %10.4f\n", "all", 100.0, "", mean);
    return true;
}

/* ---- work -------------------------------------------------------------------------------------------------------- */

bool report_work(const stopwatch *watch, const struct xp_device *device)
{
    xp_counts counts = {.size = sizeof counts};
    if (xp_trace_counts(device, &counts) != XP_OK)
        return false;
    double total = 0.0;
    printf("\n%-24s  %10s\n", "step", "time");
    for (int i = 0; i < watch->n_steps; i++) {
        printf("%-24s  %7.1f ms\n", watch->steps[i].name, 1e3 * watch->steps[i].seconds);
        total += watch->steps[i].seconds;
    }
    printf("%-24s  %7.1f ms\n", "total", 1e3 * total);
    printf("\ndevice %s, at most %d threads\n", xp_device_name(device), xp_num_threads());
    printf("%" PRIu64 " launches, %" PRIu64 " of them passes over memory (operands above 8 KB): %.1f MB read, %.1f MB "
           "written\n", counts.launches, counts.passes, 1e-6 * (double)counts.bytes_read,
           1e-6 * (double)counts.bytes_written);
    printf("%" PRIu64 " transfers to the device (%.2f MB), %" PRIu64 " from it (%.2f MB)\n", counts.uploads,
           1e-6 * (double)counts.bytes_uploaded, counts.downloads, 1e-6 * (double)counts.bytes_downloaded);
    return true;
}
