/* Adding pieces of one dtype, for scatters. Included once for each type T, with NAME(x) and PLUS(a, b) defined.
 * SPDX-License-Identifier: BSD-3-Clause */

static void NAME(add_pieces)(const host_pieces *p)
{
    typedef T loose __attribute__((aligned(1), may_alias)); /* borrowed values lie anywhere */
    for (int64_t j = 0; j < p->count; j++) {
        int64_t at = host_piece_place(p, j);
        if (at < p->low || at >= p->high)
            continue;
        const loose *from = (const loose *)(p->values + j * p->value_step);
        loose *to = (loose *)(p->out + at * p->out_step);
        for (int64_t i = 0; i < p->run; i++)
            to[i] = PLUS(to[i], from[i]);
    }
}
