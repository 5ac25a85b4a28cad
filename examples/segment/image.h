/* A picture in memory, and how it gets there from a file and back.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEGMENT_IMAGE_H
#define SEGMENT_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

/* Rows from the top, pixels from the left, one byte for each channel: sRGB values, without gaps. */
typedef struct image {
    int64_t height, width, channels; /* channels: 1 (grey) or 3 (red, green, blue) */
    uint8_t *samples;                /* height * width * channels bytes, freed by the owner */
} image;

/* Room for a sentence about what went wrong, without the file's name. */
typedef struct image_error {
    char text[256];
} image_error;

/* Reads a PNG (any colour type and depth; what is transparent gets a white ground) or a JPEG (grey or colour). Free
 * `samples` of the result. Returns false, with the reason, if that cannot be done. */
bool image_read(const char *path, image *picture, image_error *error);

/* Writes an 8-bit PNG. On failure, or after Ctrl-C, no half-written file is left behind, and what was there before is
 * untouched. */
bool image_write_png(const char *path, const image *picture, image_error *error);

#endif
