/* How many threads a call may use, and how many pay.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <omp.h>
#include <stdatomic.h>

#include "providers/host/host.h"

/* A parallel region costs up to 50 us to open where threads sleep between regions. */
#define SERIAL_NANOSECONDS 1e5      /* below this, one thread is best */
#define NANOSECONDS_PER_THREAD 3e4  /* a thread more for each of these */

static atomic_int asked; /* by xp_set_num_threads; 0: nobody did */

void xp_set_num_threads(int threads) { atomic_store(&asked, threads > 0 ? threads : 0); }

int xp_num_threads(void)
{
    if (omp_in_parallel())
        return 1;
    int threads = atomic_load_explicit(&asked, memory_order_relaxed);
    return threads > 0 ? threads : omp_get_max_threads();
}

int host_threads_for(double nanoseconds)
{
    if (nanoseconds < SERIAL_NANOSECONDS)
        return 1;
    int most = xp_num_threads();
    double useful = nanoseconds / NANOSECONDS_PER_THREAD;
    return useful < most ? (int)useful : most;
}
