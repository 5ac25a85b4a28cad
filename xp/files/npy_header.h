/* The header of a .npy file: a Python dictionary of dtype, order and shape.
 * Source: NumPy enhancement proposal 1, "A simple file format for NumPy arrays", versions 1.0 to 3.0.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_FILES_NPY_HEADER_H
#define XP_FILES_NPY_HEADER_H

#include "core/array_private.h"

#define NPY_MAGIC "\x93NUMPY"
#define NPY_MAGIC_BYTES 6
#define NPY_ALIGNMENT 64          /* the data begins at a multiple of it */
#define NPY_HEADER_MOST 1024      /* enough for what is written */

typedef struct npy_header {
    xp_dtype dtype;
    bool swapped;       /* the elements are in the byte order that this machine does not have */
    bool fortran;       /* the first axis runs fastest */
    int ndim;
    int64_t shape[XP_MAX_NDIM];
} npy_header;

/* Reads the `length` characters of the dictionary. NULL, or what is wrong with it; `is_dtype` then says that it is well
 * formed but of a dtype that there is not. */
const char *npy_parse_header(const char *text, size_t length, npy_header *header, bool *is_dtype);

/* Writes magic, version and dictionary as NumPy does, returns their length. */
size_t npy_format_header(const npy_header *header, char text[NPY_HEADER_MOST]);

#endif
