/* Any bytes as a .npy file: an error, or an array that can be read and written again.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_read_npy(fuzz_file(data, size), NULL);
    if (xp_ok(x)) {
        fuzz_check(xp_write_npy("/dev/null", x) == XP_OK, "what was read can be written");
        fuzz_check(xp_data(x) != NULL, "what was read has data");
    }
    xp_status status = xp_scope_close(scope);
    fuzz_check(status == XP_OK || status == XP_ERROR_IO || status == XP_ERROR_TYPE, "the error is one of the file");
    fuzz_end();
    return 0;
}
