/* What LAPACK may read behind a matrix: each piece of memory that the factors take ends where a page begins that nobody
 * may read.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _DEFAULT_SOURCE
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "linalg_arrays.h"

/* ---- the library's memory, by the linker's --wrap ---------------------------------------------------------------- */

void *__real_xp_alloc(size_t count, size_t size);
void __real_xp_dealloc(void *memory);
void *__wrap_xp_alloc(size_t count, size_t size);
void __wrap_xp_dealloc(void *memory);

#define MOST 64

static struct {
    void *memory, *pages;
    size_t bytes;
} guarded[MOST];

static bool guarding;
static int n_guarded, n_ever;

void *__wrap_xp_alloc(size_t count, size_t size)
{
    if (!guarding || n_guarded == MOST)
        return __real_xp_alloc(count, size);
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = (count * size + 15) / 16 * 16;
    const size_t whole = (bytes + page - 1) / page * page;
    char *pages = mmap(NULL, whole + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert(pages != MAP_FAILED && mprotect(pages + whole, page, PROT_NONE) == 0);
    guarded[n_guarded].memory = pages + whole - bytes;
    guarded[n_guarded].pages = pages;
    guarded[n_guarded].bytes = whole + page;
    n_ever++;
    return guarded[n_guarded++].memory;
}

void __wrap_xp_dealloc(void *memory)
{
    for (int i = 0; i < n_guarded; i++)
        if (guarded[i].memory == memory) {
            munmap(guarded[i].pages, guarded[i].bytes);
            guarded[i] = guarded[--n_guarded];
            return;
        }
    __real_xp_dealloc(memory);
}

/* ---- the tests --------------------------------------------------------------------------------------------------- */

TestSuite(host_factor_memory, .timeout = 120);

/* What stands in `expression` is computed in guarded memory. */
#define GUARDED(expression)                                                                                            \
    do {                                                                                                               \
        const int before = n_ever;                                                                                     \
        guarding = true;                                                                                               \
        xp_status status = (expression);                                                                               \
        guarding = false;                                                                                              \
        cr_assert_eq(status, XP_OK, "%s: %s", #expression, xp_error_message());                                        \
        cr_expect_gt(n_ever, before, "%s took no memory from where this test looks", #expression);                     \
    } while (0)

static const struct xp_device *host(void)
{
    return xp_device("host");
}

static const int64_t extents[] = {9, 17, 33, 40, 65, 70, 71, 130};
#define N_EXTENTS ((int)(sizeof extents / sizeof *extents))

CHECKED_TEST(host_factor_memory, square_matrices)
{
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int i = 0; i < N_EXTENTS; i++) {
        xp_scope scope = xp_scope_open();
        const int64_t n = extents[i];
        xp_rng rng = xp_rng_seed((uint64_t)n);
        xp_array *a = random_array(&rng, XP_SHAPE(n, n), dtype, host()), *b = xp_copy(xp_matrix_transpose(a));
        xp_array *positive = xp_add(xp_matmul(a, adjoint(a)), identity(n, a));
        cr_assert_eq(xp_eval(a, b, positive), XP_OK);
        xp_eig_result d;
        GUARDED((d = xp_linalg_eigh(a), xp_eval(d.eigenvalues, d.eigenvectors)));
        GUARDED(xp_eval(xp_linalg_eigvalsh(a)));
        GUARDED((d = xp_linalg_eig(a), xp_eval(d.eigenvalues, d.eigenvectors)));
        GUARDED(xp_eval(xp_linalg_eigvals(a)));
        GUARDED(xp_eval(xp_linalg_cholesky(positive, false)));
        GUARDED(xp_eval(xp_linalg_inv(a)));
        GUARDED(xp_eval(xp_linalg_det(a)));
        GUARDED(xp_eval(xp_linalg_solve(a, b)));
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(host_factor_memory, matrices_of_any_shape)
{
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int i = 0; i < N_EXTENTS; i++)
        for (int wide = 0; wide < 2; wide++) {
            xp_scope scope = xp_scope_open();
            const int64_t m = extents[wide ? i : N_EXTENTS - 1], n = extents[wide ? N_EXTENTS - 1 : i];
            xp_rng rng = xp_rng_seed((uint64_t)(m + n));
            xp_array *a = random_array(&rng, XP_SHAPE(m, n), dtype, host());
            cr_assert_eq(xp_eval(a), XP_OK);
            for (int full = 0; full < 2; full++) {
                xp_svd_result svd;
                xp_qr_result qr;
                GUARDED((svd = xp_linalg_svd(a, full), xp_eval(svd.u, svd.s, svd.vh)));
                GUARDED((qr = xp_linalg_qr(a, full), xp_eval(qr.q, qr.r)));
            }
            GUARDED(xp_eval(xp_linalg_svdvals(a)));
            xp_assert_closes(scope);
        }
}
