/* A file that appears under its name only once it is whole.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_FILES_NEW_FILE_H
#define XP_FILES_NEW_FILE_H

#include "files/bytes.h"

#define NEW_FILE_PATH 4096

typedef struct new_file {
    FILE *file;
    file_name name;
    char target[NEW_FILE_PATH];    /* what the path leads to, links followed */
    char temporary[NEW_FILE_PATH]; /* beside it; "" if it is written in place, as a device or a pipe is */
} new_file;

/* Opens a temporary file beside the one to be made, which keeps the mode that it has; false with an error recorded. */
bool new_file_open(new_file *file, const file_name *name);

/* Closes it and puts it in its place if it is whole, else removes it. False, with an error recorded, unless the file is
 * in its place now. */
bool new_file_close(new_file *file, bool is_whole);

#endif
