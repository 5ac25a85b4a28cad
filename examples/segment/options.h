/* What the command line asks for.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEGMENT_OPTIONS_H
#define SEGMENT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct options {
    const char *image;  /* path of the picture to read */
    const char *output; /* path of the PNG to write */
    const char *device; /* name of the device to compute on */
    int64_t k;          /* number of clusters */
    int64_t iterations; /* rounds of kmeans2 */
    uint64_t seed;
    double position_weight; /* of a pixel's row and column against its colour */
} options;

typedef enum asked {
    ASKED_TO_RUN,
    ASKED_FOR_HELP, /* it has been printed */
    ASKED_WRONGLY   /* one line on stderr has said how */
} asked;

asked options_read(int argc, char **argv, options *wanted);

#endif
