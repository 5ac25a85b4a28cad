/* Segments a photograph by k-means: reads the command line and the picture, runs the steps, reports.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "interrupt.h"
#include "options.h"
#include "report.h"
#include "segment.h"

/* The device by its name, wrapped so that what it does is counted; NULL with an error recorded. */
static const struct xp_device *counted_device(const char *name)
{
    char trace[64];
    if (strncmp(name, "trace(", 6) == 0)
        return xp_device(name);
    if (snprintf(trace, sizeof trace, "trace(%s)", name) >= (int)sizeof trace)
        return xp_device(name); /* too long for any device: the library says so */
    return xp_device(trace);
}

static bool write_picture(const char *path, xp_array *pixels)
{
    image picture = {xp_extent(pixels, 0), xp_extent(pixels, 1), xp_extent(pixels, 2), NULL};
    size_t bytes = (size_t)xp_size(pixels);
    image_error error;
    picture.samples = malloc(bytes + 1);
    if (!picture.samples) {
        xp_fail(XP_ERROR_MEMORY, "segment", NULL, "not enough memory for the picture to write");
        return false;
    }
    bool written = xp_to_host(pixels, picture.samples, bytes) == XP_OK;
    if (written && !image_write_png(path, &picture, &error)) {
        xp_fail(XP_ERROR_IO, "segment", NULL, "%s: %s", path, error.text);
        written = false;
    }
    free(picture.samples);
    return written;
}

/* Everything between the picture that was read and the picture that is written, in one scope. */
static void work(const image *picture, const options *wanted, const struct xp_device *device, stopwatch *watch)
{
    xp_array *samples = xp_from_host(picture->samples, XP_UINT8,
                                     XP_SHAPE(picture->height, picture->width, picture->channels), device);
    xp_array *obs = segment_observations(samples);
    xp_array *features = segment_features(obs, wanted->position_weight);
    xp_eval(obs, features);
    stopwatch_step(watch, "make features, whiten");

    sx_kmeans2_result clusters = segment_cluster(features, wanted->k, wanted->iterations, wanted->seed);
    xp_eval(clusters.centroid, clusters.label);
    report_progress_end();
    stopwatch_step(watch, "k-means++ and k-means");

    segments found = segment_describe(obs, features, clusters, picture->height, picture->width);
    xp_eval(found.label, found.colour, found.share, found.distortion);
    stopwatch_step(watch, "describe clusters");

    xp_array *side_by_side = segment_picture(samples, found);
    xp_eval(side_by_side);
    stopwatch_step(watch, "paint");

    if (interrupt_asked())
        xp_fail(XP_ERROR_CANCELLED, "segment", NULL, "segment: cancelled");
    if (!xp_ok(side_by_side) || interrupt_asked() || !write_picture(wanted->output, side_by_side))
        return;
    stopwatch_step(watch, "write picture");
    if (report_clusters(found))
        report_work(watch, device);
}

/* Reads the picture; false after one line on stderr. */
static bool read_picture(const options *wanted, image *picture)
{
    image_error error;
    if (!image_read(wanted->image, picture, &error)) {
        fprintf(stderr, "segment: %s: %s\n", wanted->image, error.text);
        return false;
    }
    int64_t pixels = picture->height * picture->width;
    if (pixels >= wanted->k)
        return true;
    fprintf(stderr, "segment: %s: %" PRId64 " x %" PRId64 " pixels are fewer than the %" PRId64 " clusters asked for\n",
            wanted->image, picture->width, picture->height, wanted->k);
    free(picture->samples);
    return false;
}

int main(int argc, char **argv)
{
    options wanted;
    switch (options_read(argc, argv, &wanted)) {
    case ASKED_FOR_HELP:
        return 0;
    case ASKED_WRONGLY:
        return 2;
    case ASKED_TO_RUN:
        break;
    }
    stopwatch watch = stopwatch_start();
    image picture;
    if (!read_picture(&wanted, &picture))
        return 1;
    stopwatch_step(&watch, "read picture");

    report_progress();
    interrupt_watch();
    xp_scope scope = xp_scope_open();
    const struct xp_device *device = counted_device(wanted.device);
    if (device) {
        printf("%s: %" PRId64 " x %" PRId64 " pixels, %s\n", wanted.image, picture.width, picture.height,
               picture.channels == 1 ? "grey" : "colour");
        work(&picture, &wanted, device, &watch);
    }
    bool failed = xp_scope_close(scope) != XP_OK;
    free(picture.samples);
    if (failed) {
        report_failure();
        return interrupt_asked() ? INTERRUPTED : 1;
    }
    printf("\nwritten to %s\n", wanted.output);
    return 0;
}
