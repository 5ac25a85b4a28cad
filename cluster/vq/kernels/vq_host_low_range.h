/* Ranges of points of few features of dtype T: included by vq_host_nearest.h.
 * SPDX-License-Identifier: BSD-3-Clause */

/* Whether so much comes and goes that what is written would leave the caches before it is read, and lies so that whole
 * vectors can go past them. Where there are sums, labels are read again at once. */
static bool F(streams)(const nearest_job *job, int64_t first)
{
    const int64_t bytes = job->n * (job->d * SIZE + (int64_t)sizeof(int32_t) + (job->distance ? SIZE : 0));
    const uintptr_t label = (uintptr_t)(job->label + first);
    const uintptr_t distance = job->distance ? (uintptr_t)((T *)job->distance + first) : 0;
    return !job->sums && bytes >= PAST_CACHES && label % VECTOR_BYTES == 0 && distance % VECTOR_BYTES == 0;
}

/* Sums that go several ways. */
static size_t F(low_few_bytes)(const nearest_job *job)
{
    return job->ways > 1 ? (F(few_bytes)(job) + 63) / 64 * 64 : 0;
}

static size_t F(low_brackets_bytes)(const nearest_job *job)
{
    const int64_t most = job->k < MOST_FOR_TAGS ? job->k : MOST_FOR_TAGS;
    return ((size_t)(most + FLOATS) * sizeof(float) + 63) / 64 * 64;
}

static size_t F(low_scratch)(const nearest_job *job)
{
    return F(low_few_bytes)(job) + F(low_brackets_bytes)(job) + (F(has_panels)(job) ? F(scan_bytes)(job) : 0);
}

/* The first way that serves. */
static F(low_way) *F(low_way_for)(const F(low_book) *book, int64_t d)
{
#if LOW_BY_INTEGERS
    if (book->far_2 > 0)
        return low_way_of_by_integers(d);
#endif
    if (book->panels)
        return F(low_range_by_panels);
    if (book->reach_2 > 0)
        return low_way_of_by_products(d);
    switch (d) {
#define CASE(d)                                                                                                        \
    case d:                                                                                                            \
        return F(low_differences_##d);
        EACH_BY_FLOATS(CASE)
#undef CASE
    }
    return NULL;
}

/* With sums, `first` is the first point of the slot. */
static void F(low_range)(const nearest_job *job, const void *shared, int64_t first, int64_t last, int64_t slot,
                         void *scratch)
{
    const bool with_few = job->sums && job->ways > 1;
    char *brackets = (char *)scratch + F(low_few_bytes)(job);
    const F(low_place) place = {first, slot, F(few_sums_in)(job, scratch), F(streams)(job, first),
                                with_few && job->column == SIZE, (float *)(void *)brackets,
                                brackets + F(low_brackets_bytes)(job)};
    if (with_few)
        memset(scratch, 0, F(few_bytes)(job));
    F(low_way_for)(shared, job->d)(job, shared, first, last, &place);
    if (place.streams)
        fence();
    if (with_few)
        F(collect)(job, slot, place.few);
}
