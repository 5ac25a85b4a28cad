/* Points of few features as pairs of whole numbers, for dtype T: included by vq_host_nearest.h.
 *
 * As in vq_host_integers.h, but that all points and centroids have one scale s. So sums are brackets as they are, of
 * rounded points and centroids without another rounding, and the number of a centroid stands in their last bits. With q
 * and r for s x and s c, rounded, |q - r| is off from s |x - c| by at most E = sqrt(d), since elements of both are by
 * half a unit. If the second best centroid were as near as the best one, at a distance D = s |x - c|, its |q - r| would
 * be at most D + E, that of the best at least D - E and 0, and their brackets, which are halves of the squares less the
 * same |q|^2 / 2, would be at most 2 E D + E^2 / 2 apart. |x - c| is known: it is the distance. |c|^2 / 2 is rounded to
 * a whole number, and a tag of b bits moves a bracket by less than 2^b. E has 2 % to spare, and so has what a unit of
 * distance comes to, for all that is rounded on the way, and in the float64 squares that define a label.
 *
 * With m the largest |c| (`reach`), s is such that a point up to `far` from a centroid has no element beyond
 * LARGEST_WHOLE. Of a point that has, 16 bits keep some other number; but it is further away from all centroids, also
 * from the one that is found, and its label stays open. The shorter `far`, the finer are the numbers.
 *
 * No instruction has to convert: added to a number whose last place has the value 1, a product is rounded to a whole
 * number in the bits before it. Of float64 features a pair has one times 2^16, so that both lie side by side.
 * SPDX-License-Identifier: BSD-3-Clause */

#define LARGEST_WHOLE 32000
/* `far` is so many times the largest distance of a few points, within these times m: with the least of them |q| is less
 * than 2^15.1, |r| than 2^14.2, and the difference of two brackets than 2^31. */
#define FAR_TIMES 5
#define LEAST_FAR 1
#define MOST_FAR 8
/* Its last place has the value 1. */
#define UNIT (DOUBTS ? 0x1.8p23 : 0x1.8p52)
/* Elements of the centre, in units: what is added instead moves them by half a unit in its last place, 2^9 at most. */
#define FARTHEST_CENTRE (DOUBTS ? 0x1p33 : 0x1p40)
_Static_assert(LARGEST_WHOLE + 512 + 2 < 32768, "elements fit");

/* How far a point may be from a centroid. */
static double F(far_of)(const nearest_job *job, const F(low_book) *book, double reach)
{
    vector_f64 best;
    index_f64 label;
    int64_t point[WIDE_LANES];
    double largest = 0;
    for (int64_t i = 0; i < WIDE_LANES; i++)
        point[i] = job->n * i / WIDE_LANES;
    F(nearest_of_all)(job, book->wide, point, &best, &label);
    for (int64_t i = 0; i < WIDE_LANES; i++)
        largest = best[i] > largest && best[i] < (double)INFINITY ? best[i] : largest;
    return fmin(fmax(FAR_TIMES * sqrt(largest), LEAST_FAR * reach), MOST_FAR * reach);
}

/* What feature j is multiplied by beyond the scale. */
static double F(shift_of)(int64_t j) { return DOUBTS || j % 2 == 0 ? 1 : 65536; }

/* The brackets by integers, if they serve. Those by products have to. */
static void F(pack_whole_numbers)(const nearest_job *job, F(low_book) *book)
{
    const double reach = sqrt((double)book->reach_2), far = F(far_of)(job, book, reach);
    const T *c = job->centroids, scale = (T)(LARGEST_WHOLE / (far + reach));
    const int64_t d = job->d;
    double origin[LOW];
    for (int64_t j = 0; j < d; j++) {
        const double at = (double)scale * (double)book->centre[j];
        const double shift = F(shift_of)(j), unit = UNIT + (shift - 1) / 2; /* halves are rounded up */
        if (!(fabs(at) < FARTHEST_CENTRE))
            return;
        book->add[j] = (T)(unit - shift * at);
        origin[j] = (unit - (double)book->add[j]) / shift;
    }
    int32_t *to = book->brackets_by_integers;
    for (int64_t i = 0; i < job->k; i++, c += d) {
        int32_t row[LOW + 1] = {0}, norm = 0;
        for (int64_t j = 0; j < d; j++) {
            row[j] = -(int32_t)rint(fma((double)scale, (double)c[j], -origin[j]));
            norm += row[j] * row[j];
        }
        *to++ = norm / 2;
        for (int64_t j = 0; j < d; j += 2)
            *to++ = (int32_t)whole_pair(row[j], row[j + 1]);
        *to++ = (int32_t)i;
    }
    const double moved = 1.02 * sqrt((double)d);
    book->scale[0] = scale;
    book->scale[1] = (T)F(shift_of)(1) * scale;
    book->apart_by_length = (float)(1.02 * 2 * moved * (double)scale);
    book->apart = (float)(moved * moved / 2 + 2 * book->tags + 2);
    book->far_2 = (float)(0.999 * far * far);
}

/* Feature j, and the next one if there is one, of the points of a vector of floats: `x` and `next` have RATIO vectors,
 * the halves of lanes come from one and the other. */
INLINED vector_f32 F(whole_numbers)(const F(low_book) *book, const int64_t j, const bool two, const VECTOR *x,
                                    const VECTOR *next)
{
    index_f32 of[RATIO];
#pragma GCC unroll 2
    for (int v = 0; v < RATIO; v++) {
        of[v] = (index_f32)F(add_product)(F(all)(book->add[j]), x[v], F(all)(book->scale[0]));
        if (two) {
            const index_f32 high = (index_f32)F(add_product)(F(all)(book->add[j + 1]), next[v], F(all)(book->scale[1]));
            of[v] = halves(of[v], DOUBTS ? high << 16 : high);
        }
    }
#if DOUBTS
    return (vector_f32)of[0];
#else
    return (vector_f32)__builtin_shufflevector(of[0], of[1], EACH_LANE_F32(EVEN));
#endif
}

/* A bit for each label that is open. `square`: RATIO vectors, of the distances. Where brackets are so far apart that
 * their difference overflows, the point left its range. */
INLINED uint32_t F(open_by_integers)(const F(low_book) *book, vector_f32 best, vector_f32 second, const VECTOR *square)
{
    const vector_f32 square_f32 = F(floats_from)(square, 0);
    const vector_f32 length = root_estimate(larger_f32(square_f32, all_f32(0x1p-126f)));
    const vector_f32 limit = add_product_f32(all_f32(book->apart), length, all_f32(book->apart_by_length));
    const vector_f32 apart = __builtin_convertvector((index_f32)second - (index_f32)best, vector_f32);
    return not_below_f32(limit, apart) | not_below_f32(square_f32, all_f32(book->far_2));
}
