/* Writes a JPEG for the tests: left half red, right half blue, or grey of 60 and 200, or CMYK.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * usage: jpeg PATH colour|grey|cmyk */
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#define WIDTH 64 /* the halves are whole blocks */
#define HEIGHT 32

typedef struct layout {
    const char *name;
    int channels;
    J_COLOR_SPACE space;
    JSAMPLE left[4], right[4];
} layout;

static const layout layouts[] = {
    {"colour", 3, JCS_RGB, {220, 20, 20}, {40, 80, 240}},
    {"grey", 1, JCS_GRAYSCALE, {60}, {200}},
    {"cmyk", 4, JCS_CMYK, {0, 255, 255, 0}, {255, 255, 0, 0}},
};

static void write_jpeg(FILE *file, const layout *wanted)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    JSAMPLE row[WIDTH * 4];
    for (int x = 0; x < WIDTH; x++)
        memcpy(row + x * wanted->channels, x < WIDTH / 2 ? wanted->left : wanted->right, (size_t)wanted->channels);
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_stdio_dest(&jpeg, file);
    jpeg.image_width = WIDTH;
    jpeg.image_height = HEIGHT;
    jpeg.input_components = wanted->channels;
    jpeg.in_color_space = wanted->space;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 95, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    for (int y = 0; y < HEIGHT; y++) {
        JSAMPROW rows[1] = {row};
        jpeg_write_scanlines(&jpeg, rows, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
}

int main(int argc, char **argv)
{
    FILE *file = argc == 3 ? fopen(argv[1], "wb") : NULL;
    if (!file)
        return 1;
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        if (strcmp(argv[2], layouts[i].name) == 0)
            write_jpeg(file, &layouts[i]);
    }
    return fclose(file) == 0 ? 0 : 1;
}
