/* Reads PNG and JPEG pictures through libpng and libjpeg-turbo.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "image.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h> /* needs jpeglib.h first */
#include <png.h>

/* More than any camera makes, and little enough that no file of a few bytes makes the program ask for all memory. */
#define MOST_PIXELS ((int64_t)1 << 28)

static bool fail(image_error *error, const char *text)
{
    snprintf(error->text, sizeof error->text, "%s", text);
    return false;
}

static bool make_room(image *picture, image_error *error)
{
    if (picture->height > MOST_PIXELS / picture->width) {
        snprintf(error->text, sizeof error->text, "%lld x %lld pixels are too many, at most %lld are taken",
                 (long long)picture->width, (long long)picture->height, (long long)MOST_PIXELS);
        return false;
    }
    picture->samples = malloc((size_t)(picture->height * picture->width * picture->channels));
    return picture->samples != NULL || fail(error, "not enough memory for its pixels");
}

/* ---- PNG --------------------------------------------------------------------------------------------------------- */

static bool read_png(FILE *file, image *picture, image_error *error)
{
    static const png_color white = {255, 255, 255};
    png_image png = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_stdio(&png, file))
        return fail(error, png.message);
    /* 16-bit files that do not say otherwise hold sRGB values, as the 8-bit ones do. */
    png.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
    png.format = png.format & PNG_FORMAT_FLAG_COLOR ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    picture->height = png.height;
    picture->width = png.width;
    picture->channels = PNG_IMAGE_SAMPLE_CHANNELS(png.format);
    if (!make_room(picture, error)) {
        png_image_free(&png);
        return false;
    }
    /* A format without alpha makes libpng lay the picture on this ground. */
    return png_image_finish_read(&png, &white, picture->samples, 0, NULL) || fail(error, png.message);
}

/* ---- JPEG -------------------------------------------------------------------------------------------------------- */

/* libjpeg's errors leave by longjmp, and its warnings are counted; `manager` comes first, so that one is the other. */
typedef struct jpeg_errors {
    struct jpeg_error_mgr manager;
    jmp_buf leave;
    image_error *error;
} jpeg_errors;

static void on_jpeg_error(j_common_ptr jpeg)
{
    jpeg_errors *errors = (jpeg_errors *)jpeg->err;
    char text[JMSG_LENGTH_MAX];
    errors->manager.format_message(jpeg, text);
    fail(errors->error, text);
    longjmp(errors->leave, 1);
}

/* A file that ends early is an error here: libjpeg would fill up with grey. Other warnings concern what can be read. */
static void on_jpeg_message(j_common_ptr jpeg, int level)
{
    if (level < 0 && (jpeg->err->msg_code == JWRN_JPEG_EOF || jpeg->err->msg_code == JWRN_HIT_MARKER))
        on_jpeg_error(jpeg);
}

static bool decode_jpeg(struct jpeg_decompress_struct *jpeg, image *picture, image_error *error)
{
    jpeg_read_header(jpeg, TRUE);
    if (jpeg->num_components != 1 && jpeg->num_components != 3)
        return fail(error, "a JPEG of four channels (CMYK), which is not taken");
    jpeg->out_color_space = jpeg->num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(jpeg);
    picture->height = jpeg->output_height;
    picture->width = jpeg->output_width;
    picture->channels = jpeg->output_components;
    if (!make_room(picture, error))
        return false;
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = picture->samples + (int64_t)jpeg->output_scanline * picture->width * picture->channels;
        jpeg_read_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_decompress(jpeg);
    return true;
}

static bool read_jpeg(FILE *file, image *picture, image_error *error)
{
    struct jpeg_decompress_struct jpeg;
    jpeg_errors errors = {.error = error};
    jpeg.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = on_jpeg_error;
    errors.manager.emit_message = on_jpeg_message;
    jpeg_create_decompress(&jpeg);
    jpeg_stdio_src(&jpeg, file);
    bool read = setjmp(errors.leave) == 0 && decode_jpeg(&jpeg, picture, error);
    jpeg_destroy_decompress(&jpeg);
    return read;
}

/* ---- either ------------------------------------------------------------------------------------------------------ */

typedef struct format {
    const char *signature;
    size_t length;
    bool (*read)(FILE *file, image *picture, image_error *error);
} format;

static const format formats[] = {
    {"\x89PNG\r\n\x1a\n", 8, read_png},
    {"\xff\xd8\xff", 3, read_jpeg},
};

/* By what the file begins with, whatever it is called. */
static bool read_any(FILE *file, image *picture, image_error *error)
{
    char head[8] = {0};
    size_t length = fread(head, 1, sizeof head, file);
    if (ferror(file))
        return fail(error, strerror(errno));
    if (length == 0)
        return fail(error, "the file is empty");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (length >= formats[i].length && memcmp(head, formats[i].signature, formats[i].length) == 0) {
            rewind(file);
            return formats[i].read(file, picture, error);
        }
    }
    return fail(error, "neither a PNG nor a JPEG picture");
}

bool image_read(const char *path, image *picture, image_error *error)
{
    *picture = (image){0};
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail(error, strerror(errno));
    bool read = read_any(file, picture, error);
    fclose(file);
    if (!read) {
        free(picture->samples);
        picture->samples = NULL;
    }
    return read;
}
