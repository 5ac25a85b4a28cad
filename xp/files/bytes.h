/* Where the bytes of an array come from and go to, and what is said when they do not.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_FILES_BYTES_H
#define XP_FILES_BYTES_H

#include <stdio.h>

#include "scixp/xp/types.h"

/* What a file is called in errors. */
typedef struct file_name {
    const char *function; /* the public one */
    const char *path;
    const char *member;   /* of an archive; NULL: the file itself is meant */
} file_name;

/* Records "function: path: problem" and returns false; the other one adds what the system says. */
bool file_fail(const file_name *name, xp_status code, const char *problem);
bool file_fail_system(const file_name *name, const char *what);

/* Records an error if there is no path. */
bool file_check_path(const file_name *name);

/* A regular file, open for reading, and its size; NULL with an error recorded. */
FILE *file_open(const file_name *name, uint64_t *bytes);

/* All of the bytes, or false with an error recorded. */
bool file_read(FILE *file, const file_name *name, void *memory, size_t bytes);
bool file_write(FILE *file, const file_name *name, const void *memory, size_t bytes);

/* A file or a member of an archive. The first field of a struct that knows more. */
typedef struct byte_source {
    bool (*read)(struct byte_source *source, void *memory, size_t bytes); /* at most `left`; all, or an error */
    uint64_t left; /* bytes that have not been read; reading counts it down */
    file_name name;
} byte_source;

typedef struct byte_sink {
    bool (*write)(struct byte_sink *sink, const void *memory, size_t bytes); /* all, or an error */
    file_name name;
} byte_sink;

#endif
