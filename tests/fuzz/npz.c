/* Any bytes as a .npz file: all arrays that it lists are read, or an error says why not.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz.h"

#define MOST 20 /* arrays that are read of one archive */

static void read_all(xp_npz *archive)
{
    for (int i = 0; i < xp_npz_count(archive) && i < MOST; i++) {
        xp_try attempt = xp_try_open();
        xp_array *x = xp_npz_read(archive, xp_npz_name(archive, i), NULL);
        fuzz_check(!xp_ok(x) || xp_data(x), "what was read has data");
        xp_status status = xp_try_close(attempt, NULL);
        fuzz_check(status == XP_OK || status == XP_ERROR_IO || status == XP_ERROR_TYPE,
                   "the error is one of the file");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    xp_error_clear();
    xp_npz *archive = xp_npz_open(fuzz_file(data, size));
    fuzz_check(archive || xp_error_code() == XP_ERROR_IO, "the error is one of the file");
    if (archive)
        read_all(archive);
    xp_npz_close(archive);
    fuzz_end();
    return 0;
}
