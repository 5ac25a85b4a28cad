/* scale_each for stretches on processors: a row at a time.
 * SPDX-License-Identifier: BSD-3-Clause */

XP_PROCESSOR_PASS(8) void scale_each_processor(xp_index begin, xp_index end, XP_GLOBAL const REAL *x,
                                               xp_index x_extent_1, xp_index x_step_0, xp_index x_step_1, REAL factor,
                                               XP_GLOBAL const int *shift, XP_GLOBAL REAL *out)
{
    while (begin < end) {
        const xp_index row = begin / x_extent_1, next = (row + 1) * x_extent_1, last = next < end ? next : end;
        XP_GLOBAL const REAL *from = x + row * x_step_0;
        xp_index i;
        XP_PARALLEL
        for (i = begin; i < last; i++) {
            const REAL value = factor * from[(i - row * x_extent_1) * x_step_1];
            out[i] = value + (shift ? (REAL)shift[i] : XP_REAL(0.0));
        }
        begin = last;
    }
}
