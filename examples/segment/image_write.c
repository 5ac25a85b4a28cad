/* Writes PNG pictures through libpng.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "image.h"
#include "interrupt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <png.h>

/* A file that is there and none that could be replaced: a device, a pipe. */
static bool is_special(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static bool write_file(FILE *file, const image *picture, image_error *error)
{
    png_image png = {
        .version = PNG_IMAGE_VERSION,
        .width = (png_uint_32)picture->width,
        .height = (png_uint_32)picture->height,
        .format = picture->channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB,
    };
    bool written = png_image_write_to_stdio(&png, file, 0, picture->samples, 0, NULL) != 0;
    if (!written)
        snprintf(error->text, sizeof error->text, "%s", png.message);
    if (written && (fflush(file) != 0 || ferror(file))) {
        snprintf(error->text, sizeof error->text, "%s", strerror(errno));
        written = false;
    }
    if (fclose(file) != 0 && written) {
        snprintf(error->text, sizeof error->text, "%s", strerror(errno));
        written = false;
    }
    return written;
}

/* The picture is written beside its place and moved there when it is complete: what was there stays until then. Where
 * nothing can be written beside it, it goes to its place at once. */
bool image_write_png(const char *path, const image *picture, image_error *error)
{
    char partial[4096];
    bool moves = !is_special(path) && snprintf(partial, sizeof partial, "%s.partial", path) < (int)sizeof partial;
    if (moves)
        interrupt_removes(partial);
    FILE *file = moves ? fopen(partial, "wbx") : NULL; /* x: a file that is there is somebody else's */
    if (!file) {
        interrupt_removes(NULL);
        moves = false;
        file = fopen(path, "wb");
    }
    bool written = file && write_file(file, picture, error);
    if (!file)
        snprintf(error->text, sizeof error->text, "%s", strerror(errno));
    if (written && moves && rename(partial, path) != 0) {
        snprintf(error->text, sizeof error->text, "%s", strerror(errno));
        written = false;
    }
    if (file && !written && moves)
        remove(partial);
    interrupt_removes(NULL);
    return written;
}
