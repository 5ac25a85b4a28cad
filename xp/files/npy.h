/* Arrays as .npy files, wherever the bytes are.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_FILES_NPY_H
#define XP_FILES_NPY_H

#include "core/array_private.h"
#include "files/bytes.h"
#include "files/npy_header.h"

/* Reads header and elements and leaves what follows them. The failed array with an error recorded. */
xp_array *npy_read(byte_source *source, const struct xp_device *device);

/* An array on its way out. */
typedef struct npy_content {
    char header[NPY_HEADER_MOST];
    size_t header_bytes;
    xp_array *elements; /* contiguous, in the order of the file; of the innermost scope */
    uint64_t bytes;     /* header and elements together */
} npy_content;

/* Computes x and describes it; false with an error recorded. */
bool npy_prepare(xp_array *x, const char *function, npy_content *content);

bool npy_write(byte_sink *sink, const npy_content *content);

#endif
