/* Writes PNG pictures through libpng.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "image.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <png.h>

/* Devices and pipes are not files that could be left half-written, and must not be removed. */
static void remove_file(FILE *file, const char *path)
{
    struct stat status;
    if (fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode))
        remove(path);
}

bool image_write_png(const char *path, const image *picture, image_error *error)
{
    png_image png = {
        .version = PNG_IMAGE_VERSION,
        .width = (png_uint_32)picture->width,
        .height = (png_uint_32)picture->height,
        .format = picture->channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB,
    };
    FILE *file = fopen(path, "wb");
    if (!file) {
        snprintf(error->text, sizeof error->text, "%s", strerror(errno));
        return false;
    }
    bool written = png_image_write_to_stdio(&png, file, 0, picture->samples, 0, NULL) != 0;
    if (!written)
        snprintf(error->text, sizeof error->text, "%s", png.message);
    if (written && (fflush(file) != 0 || ferror(file))) {
        snprintf(error->text, sizeof error->text, "%s", strerror(errno));
        written = false;
    }
    if (!written)
        remove_file(file, path);
    fclose(file);
    return written;
}
