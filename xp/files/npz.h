/* Writing .npz files with sizes of 64 bits where nobody needs them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_FILES_NPZ_H
#define XP_FILES_NPZ_H

#include "scixp/xp/npz.h"

/* xp_write_npz; members and offsets from `large` bytes on have 64 bits, so that tests need not write 4 GB. */
xp_status npz_write(const char *path, const char *const *names, xp_array *const *arrays, int count, bool compressed,
                    uint64_t large);

#endif
