/* Fills the book of few features (vq_host_low_book.h), for dtype T: included by vq_host_nearest.h.
 * SPDX-License-Identifier: BSD-3-Clause */

/* Returns the square of the largest |c| from the centre, 0 if products do not serve. */
static float F(pack_brackets)(const nearest_job *job, F(low_book) *book)
{
    const T *c = job->centroids;
    float *to = book->brackets_by_products;
    double largest = 0;
    for (int64_t i = 0; i < job->k; i++) {
        float *half = to++;
        double norm = 0;
        for (int64_t j = 0; j < job->d; j++) {
            const float t = (float)(*c++ - book->centre[j]);
            norm += (double)t * (double)t;
            *to++ = -t;
        }
        const int32_t number = (int32_t)i;
        memcpy(to++, &number, sizeof number);
        if (!(norm < FAR_REACH * FAR_REACH))
            return 0;
        *half = (float)(norm / 2);
        largest = norm > largest ? norm : largest;
    }
    return largest > NEAR_REACH * NEAR_REACH ? (float)largest : 0;
}

/* The brackets once more, by columns. */
static void F(pack_across)(const nearest_job *job, F(low_book) *book)
{
    const int64_t d = job->d;
    for (int64_t i = 0; i < book->span; i++) {
        const float *c = book->brackets_by_products + i * (d + 2);
        book->across[d * book->span + i] = i < job->k ? c[0] : (float)INFINITY;
        for (int64_t j = 0; j < d; j++)
            book->across[j * book->span + i] = i < job->k ? c[j + 1] : 0;
    }
}

/* The centroids as they are. */
static void F(pack_table)(const nearest_job *job, F(low_book) *book)
{
    const T *centroids = job->centroids;
    const int64_t k = job->k, d = job->d, row = ROW_OF(d);
    if (F(in_columns)(job)) {
        for (int64_t j = 0; j < d; j++)
            for (int64_t i = 0; i < COLUMN; i++)
                book->table[j * COLUMN + i] = i < k ? centroids[i * d + j] : 0;
    } else {
        for (int64_t i = 0; i < k; i++)
            for (int64_t j = 0; j < row; j++)
                book->table[i * row + j] = j < d ? centroids[i * d + j] : 0;
    }
}

/* Differences need none, and of few points among more centroids take less than it does. */
static bool F(is_not_worth_a_book)(const nearest_job *job)
{
    return job->d <= FEW && job->n < 256 && job->n < job->k;
}

static void F(pack_low)(const nearest_job *job, void *shared)
{
    F(low_book) *book = shared, empty = F(low_book_in)(job, shared);
    const T *centroids = job->centroids;
    memcpy(book, &empty, sizeof empty);
    for (int64_t i = 0; DOUBTS && i < job->k * job->d; i++)
        ((double *)(book + 1))[i] = (double)centroids[i];
    if (!F(wants_tags)(job) || F(is_not_worth_a_book)(job))
        return;
    F(pack_table)(job, book);
    book->tags = tags_of(job->k);
    F(find_centre)(job, book->centre);
    book->reach_2 = F(pack_brackets)(job, book);
    if (job->k >= LEAST_FOR_CANDIDATES && book->reach_2 > 0)
        F(pack_across)(job, book);
    book->share = (float)(1.02 * 2 * (2 * (double)(job->d + 1) + 4) * HALF_ULP);
    book->share_of_tags = (float)(1.02 * ((double)book->tags + 1) * 2 * HALF_ULP);
#if LOW_BY_INTEGERS
    if (book->reach_2 > 0 && F(wants_whole_numbers)(job))
        F(pack_whole_numbers)(job, book);
#endif
    if (book->panels)
        F(pack_book)(job, book->panels);
}
