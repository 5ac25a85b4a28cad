/* Sorting and selection: the inner loops, compiled once for each instruction set, and what the slots share.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SORT_H
#define HOST_SORT_H

#include "core/dtype.h"
#include "providers/host/slots/lines.h"

/* ---- keys -----------------------------------------------------------------------------------------------------------
 * Lines are sorted as keys of four types. Floating elements are their own keys, NaN apart; smaller integers are
 * widened, unsigned ones have their highest bit turned. */
typedef enum host_key_type {
    HOST_KEY_INT32,
    HOST_KEY_INT64,
    HOST_KEY_FLOAT32,
    HOST_KEY_FLOAT64,
    HOST_N_KEY_TYPES
} host_key_type;

enum { HOST_HAS_NAN = 1, HOST_HAS_MINUS_ZERO = 2 }; /* what needs care and is looked for */

#define HOST_KEY_BYTES 8  /* of the largest key */
#define HOST_BUCKETS 16   /* that a long line is parted into first */

/* How many keys lie where in relation to two of them. */
typedef struct host_parts {
    int64_t below, equal_low, inside, equal_high, above;
} host_parts;

typedef struct host_key_kernels {
    size_t bytes;
    int64_t small; /* keys that are sorted without being parted */
    void (*sort)(void *keys, int64_t n, int depth); /* depth: partitions until the heap sort */
    int (*sort_from)(const void *x, void *keys, int64_t n, int depth); /* says what is found; NaN: keys are of no use */
    void (*reverse)(void *keys, int64_t n);
    void (*choose_splitters)(const void *x, int64_t n, void *splitters);
    int (*classify)(const void *x, int64_t n, const void *splitters, uint8_t *buckets, int64_t *counts);
    void (*scatter)(const void *x, int64_t n, const uint8_t *buckets, void *out, int64_t *places);
    void (*bracket)(const void *x, int64_t n, int64_t first, int64_t last, void *low, void *high);
    bool (*keep_inside)(const void *x, int64_t n, const void *low, const void *high, void *inside, host_parts *parts);
    host_parts (*count_parts)(const void *x, int64_t n, const void *low, const void *high);
} host_key_kernels;

/* ---- elements of a dtype, with steps in bytes -------------------------------------------------------------------- */

enum { HOST_WINDOW = 65536 }; /* ranks that are flagged at most */
enum { HOST_CLASSES = 4 }; /* below, at and above a pivot, and NaN that is above */

typedef struct host_element_kernels {
    uint8_t key_type;
    bool is_key; /* an element is its own key */
    int64_t (*read)(int64_t n, const char *x, int64_t step, void *keys);
    void (*write)(int64_t n, const void *keys, char *out, int64_t step);
    void (*ranks)(int64_t n, const char *x, int64_t step, uint64_t *ranks);
    void (*count_classes)(int64_t n, const char *x, int64_t step, uint64_t pivot, int64_t counts[HOST_CLASSES]);
    void (*part)(int64_t n, const char *x, int64_t step, uint64_t pivot, int64_t places[HOST_CLASSES], char *out,
                 int64_t out_step);
    void (*part_positions)(int64_t n, const char *x, int64_t step, uint64_t pivot, int64_t places[HOST_CLASSES],
                           char *out, int64_t out_step);
    uint64_t (*mark)(int64_t n, const char *x, int64_t step, uint64_t base, uint8_t flags[HOST_WINDOW]); /* integers */
    int64_t (*marked)(const uint8_t flags[HOST_WINDOW], uint64_t base, char *out, int64_t capacity);
    int (*look)(int64_t n, const char *x, int64_t step); /* these two: floating dtypes only */
    void (*pick)(int64_t n, const char *x, int64_t step, bool nan, char *out, int64_t out_step);
} host_element_kernels;

/* ---- ranks with positions ---------------------------------------------------------------------------------------- */

/* A packed integer is 1, then (rank - least) >> drop, and behind it `bits` bits of a position. */
enum { HOST_PACKED_BITS = 61 }; /* behind the 1, which makes it a normal double */
typedef struct host_packing {
    uint64_t least;
    int drop, bits;
} host_packing;

typedef struct host_rank_kernels {
    void (*range)(int64_t n, const uint64_t *ranks, uint64_t *least, uint64_t *most);
    void (*pack)(int64_t n, const uint64_t *ranks, const host_packing *how, int64_t first, int64_t *packed);
    bool (*unpack)(int64_t n, const int64_t *packed, const host_packing *how, int64_t *positions); /* equal neighbours? */
} host_rank_kernels;

typedef struct host_sorting {
    host_key_kernels keys[HOST_N_KEY_TYPES];
    host_rank_kernels ranks;
    host_element_kernels elements[XP_N_DTYPES]; /* bool and real dtypes */
} host_sorting;

extern const host_sorting host_sorting_baseline, host_sorting_avx2, host_sorting_avx512;

/* The loops for this processor. */
const host_sorting *host_sorting_here(void);

/* By a mask of 8 bits: the numbers of the bits that are set, then those of the others, a byte each. */
extern const uint64_t host_pack_orders[256];

/* The same for 16 bits, in nibbles: the numbers of the first eight bits, at the two ends of 16 nibbles; between them
 * goes what the other eight bits say. */
extern const uint64_t host_pack_outer[256];
extern const uint32_t host_pack_inner[256];

/* ---- what the slots are made of ---------------------------------------------------------------------------------- */

/* Where a part of n elements begins that are shared among `parts`. */
static inline int64_t host_piece(int64_t n, int part, int parts) { return n / parts * part + n % parts * part / parts; }

#define HOST_SORT_NANOSECONDS 6.0 /* a key, about */

/* Sorts n keys into `keys`. They lie there, or elsewhere: then it says what it has found, and with HOST_HAS_NAN they
 * are not sorted. `spare` is for lines that are long for so many threads: n keys and n bytes. */
int host_sort_keys(const host_key_kernels *kernels, const void *from, void *keys, void *spare, int64_t n, int threads);
bool host_sort_is_long(int64_t n, int threads);
size_t host_sort_spare_bytes(int64_t n, int threads);

/* A line of a real dtype in order, ascending, to `out`. False: out of memory. */
bool host_sort_line(int dtype, int64_t n, const char *x, int64_t step, char *out, int threads);

/* Elements of one or two bytes: whether there are so many that values are counted; `room` has place for n int64. */
bool host_sort_counts(int dtype, int64_t n);
void host_sort_by_counting(int dtype, int64_t n, const char *x, int64_t x_step, bool descending, char *out,
                           int64_t out_step, void *room);

/* Sorts n positions by ranks[position], stably. With `all` they are not read: it is 0 .. n - 1 that is sorted.
 * False: out of memory. */
bool host_order(int64_t *positions, int64_t n, const uint64_t *ranks, bool all, int threads);

/* The ranks of a line's elements on several threads. Of a complex line the real parts' or the imaginary ones'. */
void host_ranks(int dtype, int part, int64_t n, const char *x, int64_t step, uint64_t *ranks, int threads);

/* The positions that sort a line of any dtype: `ranks` has room for n, for 2 n if it is complex, and keeps them.
 * Complex numbers go by real part, then by imaginary part, those with NaN last. False: out of memory. */
bool host_order_line(int dtype, int64_t n, const char *x, int64_t step, bool descending, uint64_t *ranks,
                     int64_t *positions, int threads);

/* How many lines are worth gathering at a time: 1 where the lines of an operand are not side by side. Lines have n
 * elements. And how many of `count` neighbours there still are from a line on. */
int64_t host_neighbours(const host_lines *lines, int operand, int64_t n, int64_t bytes);
int64_t host_neighbours_left(const host_lines *lines, const host_line *line, int64_t count);

/* Neighbours one after the other into `lines`, and back; `step` is from one element of a line to the next. */
void host_gather_lines(char *lines, const char *x, int64_t step, int64_t n, int64_t count, int64_t bytes);
void host_scatter_lines(char *out, int64_t step, const char *lines, int64_t n, int64_t count, int64_t bytes);

#endif
