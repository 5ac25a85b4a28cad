/* All loops for keys of one type: the parts in order, and the end of their names.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/sort/vectors.h"
#include "providers/host/sort/network_tmpl.c"
#include "providers/host/sort/quick_tmpl.c"

enum { NAME(small) = SMALL };

#undef K
#undef KIND
#undef WIDE
#undef FLOATING
#undef LARGEST
#undef SMALLEST
#undef LANES
#undef VECTOR
#undef MASK
#undef IS_NAN
#undef LANE_INDICES
#undef OWN
#undef AVX512
#undef AVX512_COMPARE
#undef ROWS
#undef SMALL
#undef ALWAYS
#undef UNROLL
