/* NumPy's .npz files: zip archives of arrays with names.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_XP_NPZ_H
#define SCIXP_XP_NPZ_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One array of an archive, on `device` (NULL: host): xp_read_npz("data.npz", "obs", NULL). Members are .npy files,
 * stored or deflated, with 64-bit sizes where needed; their names are given without ".npy". Sizes and checksums are
 * checked, and a member that could not be as large as it claims is refused before memory is taken for it. Fails if
 * there is no such array (XP_ERROR_VALUE), on a file that cannot be read or is damaged (XP_ERROR_IO), and on a dtype
 * that .npy files do not have here (XP_ERROR_TYPE). */
XP_API xp_array *xp_read_npz(const char *path, const char *name, const struct xp_device *device);

/* Writes arrays under names, which must differ; `names` may be NULL for NumPy's "arr_0", "arr_1", ... `compressed`: by
 * deflate, as numpy.savez_compressed does. The file is written beside `path` and takes its place once it is whole, so
 * that a failure leaves what was there. Forces. Fails on names that are missing, too long or there twice
 * (XP_ERROR_VALUE) and on a file that cannot be written (XP_ERROR_IO). */
XP_API xp_status xp_write_npz(const char *path, const char *const *names, xp_array *const *arrays, int count,
                              bool compressed);

/* An archive that stays open, for several arrays or to see what there is. It is used by one thread at a time. */
typedef struct xp_npz xp_npz;

/* Opens an archive and reads its directory; NULL on failure. */
XP_API xp_npz *xp_npz_open(const char *path);

/* How many arrays there are, and what they are called: valid until the archive is closed, NULL past the end. Members
 * that are no .npy files are passed over. NULL for an archive has no arrays. */
XP_API int xp_npz_count(const xp_npz *archive);
XP_API const char *xp_npz_name(const xp_npz *archive, int index);

/* As xp_read_npz. Of arrays of the same name the last one counts, as in Python. */
XP_API xp_array *xp_npz_read(xp_npz *archive, const char *name, const struct xp_device *device);

/* Closes the archive; arrays that were read from it stay. NULL is ignored. */
XP_API void xp_npz_close(xp_npz *archive);

#ifdef __cplusplus
}
#endif
#endif
