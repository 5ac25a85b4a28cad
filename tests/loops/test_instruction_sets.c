/* Loops give the same bits whatever the length, the address, the neighbours, the instruction set, and in place.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop_support.h"

enum { LONGEST = 67, BYTES = (LONGEST + 3) * 16 + 64 };

TestSuite(instruction_sets);

static xp_loop *loop_of(const xp_operation *operation, xp_isa isa, xp_dtype dtype)
{
    return operation->loops((int)isa)[dtype];
}

/* What the operation gives for each element alone. */
static void one_by_one(xp_loop *loop, const xp_operation *operation, xp_dtype dtype, char operands[3][BYTES],
                       char *results)
{
    size_t bytes = xp_dtype_bytes((int)loop_result_dtype(operation, dtype));
    for (int64_t i = 0; i < LONGEST; i++) {
        const void *inputs[3];
        for (int j = 0; j < 3; j++)
            inputs[j] = operands[j] + (size_t)i * xp_dtype_bytes((int)loop_operand_dtype(operation, j, dtype));
        loop(1, inputs, results + (size_t)i * bytes);
    }
}

/* Runs over the first n elements moved to another address; writes nothing but n elements. */
static void check_moved(const char *name, xp_loop *loop, const xp_operation *operation, xp_dtype dtype,
                        char operands[3][BYTES], const char *expected, int64_t n, size_t shift, bool in_place)
{
    static char moved[3][BYTES], results[BYTES];
    xp_dtype result_dtype = loop_result_dtype(operation, dtype);
    size_t bytes = xp_dtype_bytes((int)result_dtype);
    const void *inputs[3];
    for (int j = 0; j < 3; j++) {
        size_t of_operand = xp_dtype_bytes((int)loop_operand_dtype(operation, j, dtype));
        memcpy(moved[j] + shift, operands[j], (size_t)n * of_operand);
        inputs[j] = moved[j] + shift;
    }
    char *output = in_place ? moved[operation->arity - 1] + shift : results + shift;
    char *behind = output + (size_t)n * bytes;
    memset(behind, 0x5a, 16);
    loop(n, inputs, output);
    for (int64_t i = 0; i < n; i++)
        cr_assert(loop_same(result_dtype, output + (size_t)i * bytes, expected + (size_t)i * bytes),
                  "%s.%s: element %d of %d at address + %d%s differs", name, xp_dtype_name((int)dtype), (int)i, (int)n,
                  (int)shift, in_place ? " in place" : "");
    for (int i = 0; i < 16; i++)
        cr_assert_eq(behind[i], 0x5a, "%s.%s wrote behind %d elements", name, xp_dtype_name((int)dtype), (int)n);
}

static void check_layouts(const loop_row *row, xp_isa isa, xp_dtype dtype, loop_random *random)
{
    static char operands[3][BYTES], expected[BYTES];
    const xp_operation *operation = row->operation;
    xp_loop *loop = loop_of(operation, isa, dtype);
    xp_dtype result_dtype = loop_result_dtype(operation, dtype);
    for (int j = 0; j < 3; j++)
        loop_fill(random, loop_operand_dtype(operation, j, dtype), operands[j], LONGEST);
    one_by_one(loop, operation, dtype, operands, expected);
    for (int64_t n = 0; n <= LONGEST; n++)
        check_moved(row->name, loop, operation, dtype, operands, expected, n,
                    (size_t)(n % 5) * xp_dtype_bytes((int)dtype), false);
    for (size_t shift = 1; shift < 16; shift += 3) /* any address at all */
        check_moved(row->name, loop, operation, dtype, operands, expected, LONGEST, shift, false);
    if (xp_dtype_bytes((int)result_dtype) == xp_dtype_bytes((int)dtype))
        for (int64_t n = 1; n <= LONGEST; n += 11)
            check_moved(row->name, loop, operation, dtype, operands, expected, n, 8, true);
}

Test(instruction_sets, length_address_and_place_do_not_matter)
{
    loop_random random = {1};
    int checked = 0;
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (int i = 0; i < loop_row_count; i++)
            for (int dtype = XP_BOOL; dtype < XP_N_STANDARD_DTYPES; dtype++)
                if (loop_of(loop_rows[i].operation, (xp_isa)isa, (xp_dtype)dtype)) {
                    check_layouts(&loop_rows[i], (xp_isa)isa, (xp_dtype)dtype, &random);
                    checked++;
                }
    cr_assert_geq(checked, 500);
}

/* Operations whose baseline bodies are another algorithm than those with fused multiply-add. */
static bool is_library_function(const char *name)
{
    static const char *const names[] = {"pow",  "hypot", "exp",   "expm1", "log",   "log1p",    "log2",  "log10",
                                        "sin",  "cos",   "tan",   "asin",  "acos",  "atan",     "atan2", "sinh",
                                        "cosh", "tanh",  "asinh", "acosh", "atanh", "logaddexp"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void check_against(const loop_row *row, xp_isa isa, xp_isa other, xp_dtype dtype, loop_random *random)
{
    enum { N = 2000 };
    static char operands[3][N * 16], results[2][N * 16];
    const xp_operation *operation = row->operation;
    xp_dtype result_dtype = loop_result_dtype(operation, dtype);
    size_t bytes = xp_dtype_bytes((int)result_dtype);
    const void *inputs[3] = {operands[0], operands[1], operands[2]};
    for (int j = 0; j < 3; j++)
        loop_fill(random, loop_operand_dtype(operation, j, dtype), operands[j], N);
    loop_of(operation, isa, dtype)(N, inputs, results[0]);
    loop_of(operation, other, dtype)(N, inputs, results[1]);
    for (int64_t i = 0; i < N; i++)
        cr_assert(loop_same(result_dtype, results[0] + (size_t)i * bytes, results[1] + (size_t)i * bytes),
                  "%s.%s: element %d differs between %s and %s", row->name, xp_dtype_name((int)dtype), (int)i,
                  host_isa_name(isa), host_isa_name(other));
}

Test(instruction_sets, all_give_the_same_bits)
{
    loop_random random = {2};
    xp_isa best = host_isa_present();
    if (best == XP_ISA_BASELINE)
        cr_skip_test("this machine has the baseline only");
    for (int i = 0; i < loop_row_count; i++)
        for (int dtype = XP_BOOL; dtype < XP_N_STANDARD_DTYPES; dtype++) {
            const loop_row *row = &loop_rows[i];
            if (!loop_of(row->operation, best, (xp_dtype)dtype))
                continue;
            check_against(row, XP_ISA_AVX2, best, (xp_dtype)dtype, &random);
            bool is_float = dtype == XP_FLOAT32 || dtype == XP_FLOAT64;
            if (!is_float || !is_library_function(row->name))
                check_against(row, XP_ISA_BASELINE, best, (xp_dtype)dtype, &random);
        }
}

/* ---- the functions of the vector library, on a million operands of wide ranges ------------------------------------ */

enum { CHUNK = 10000, CHUNKS = 100 };

static double value_of(xp_dtype dtype, const void *element)
{
    double value;
    float single;
    if (dtype == XP_FLOAT64)
        memcpy(&value, element, sizeof value);
    else
        memcpy(&single, element, sizeof single);
    return dtype == XP_FLOAT64 ? value : (double)single;
}

/* How far two results are from each other, in steps between numbers as large as the first, or as `scale`. */
static double steps_between(xp_dtype dtype, const void *a, const void *b, double scale)
{
    if (loop_same(dtype, a, b))
        return 0;
    const double x = value_of(dtype, a), y = value_of(dtype, b), size = fmax(fabs(x), scale);
    const double step = dtype == XP_FLOAT64 ? nextafter(size, INFINITY) - size
                                            : (double)nextafterf((float)size, INFINITY) - size;
    const double steps = fabs(x - y) / step;
    return isfinite(steps) ? steps : INFINITY;
}

/* All magnitudes, -1 to 1, -60 to 60, in turn. */
static void fill_wide(loop_random *random, xp_dtype dtype, char *operands, int chunk)
{
    loop_fill(random, dtype, operands, CHUNK);
    for (int i = 0; chunk % 3 > 0 && i < CHUNK; i++) {
        double value = (2 * loop_uniform(random) - 1) * (chunk % 3 == 1 ? 1 : 60);
        float single = (float)value;
        memcpy(operands + (size_t)i * xp_dtype_bytes((int)dtype), dtype == XP_FLOAT32 ? (void *)&single : &value,
               xp_dtype_bytes((int)dtype));
    }
}

/* The most steps between results of two instruction sets. */
static double most_steps(const loop_row *row, xp_isa isa, xp_isa other, xp_dtype dtype)
{
    static char operands[2][CHUNK * 8], results[2][CHUNK * 8];
    const void *inputs[3] = {operands[0], operands[1]};
    const size_t bytes = xp_dtype_bytes((int)dtype);
    const bool is_sum = strcmp(row->name, "logaddexp") == 0; /* near 0 its bits are those of the larger operand */
    loop_random random = {3};
    double most = 0;
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
        fill_wide(&random, dtype, operands[0], chunk);
        fill_wide(&random, dtype, operands[1], chunk);
        loop_of(row->operation, isa, dtype)(CHUNK, inputs, results[0]);
        loop_of(row->operation, other, dtype)(CHUNK, inputs, results[1]);
        for (size_t i = 0; i < CHUNK; i++) {
            double larger = fmax(value_of(dtype, operands[0] + i * bytes), value_of(dtype, operands[1] + i * bytes));
            most = fmax(most, steps_between(dtype, results[0] + i * bytes, results[1] + i * bytes,
                                            is_sum && isfinite(larger) ? fabs(larger) : 0));
        }
    }
    return most;
}

/* Sets with fused multiply-add have the same algorithm; the baseline's rounds otherwise, and is as near to the truth. */
Test(instruction_sets, library_functions_differ_in_last_bits_at_most)
{
    int checked = 0;
    for (int i = 0; i < loop_row_count; i++)
        for (int dtype = XP_FLOAT32; is_library_function(loop_rows[i].name) && dtype <= XP_FLOAT64; dtype++) {
            const loop_row *row = &loop_rows[i];
            xp_isa best = host_isa_present();
            double fused = best > XP_ISA_AVX2 ? most_steps(row, XP_ISA_AVX2, best, (xp_dtype)dtype) : 0;
            double plain = most_steps(row, XP_ISA_BASELINE, best, (xp_dtype)dtype);
            cr_assert_eq(fused, 0, "%s.%s: AVX2 differs from %s", row->name, xp_dtype_name(dtype), host_isa_name(best));
            const double bound = strcmp(row->name, "logaddexp") == 0 ? 4 : 2; /* exp, log1p and a sum */
            cr_assert_leq(plain, bound, "%s.%s: %g steps from the baseline", row->name, xp_dtype_name(dtype), plain);
            checked++;
        }
    cr_assert_eq(checked, 44);
}

Test(instruction_sets, every_operation_has_loops_for_what_it_takes)
{
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (int i = 0; i < loop_row_count; i++)
            for (int dtype = XP_BOOL; dtype < XP_N_STANDARD_DTYPES; dtype++) {
                const xp_operation *operation = loop_rows[i].operation;
                bool takes = xp_dtype_is(dtype, operation->accepts | operation->extends) &&
                             (operation->rule != XP_RULE_FLOAT || xp_dtype_is(dtype, XP_KIND_FLOATING));
                cr_assert_eq(loop_of(operation, (xp_isa)isa, (xp_dtype)dtype) != NULL, takes, "%s.%s",
                             loop_rows[i].name, xp_dtype_name(dtype));
            }
}

Test(instruction_sets, complex_expressions_where_complex_is_taken)
{
    for (int i = 0; i < loop_row_count; i++) {
        const xp_operation *operation = loop_rows[i].operation;
        bool takes = ((operation->accepts | operation->extends) & XP_KIND_COMPLEX) != 0;
        cr_assert_not_null(operation->expression, "%s", loop_rows[i].name);
        cr_assert_eq(operation->complex_expression != NULL, takes, "%s", loop_rows[i].name);
        cr_assert_str_eq(operation->name, loop_rows[i].name);
    }
}

/* Whether the system lists a flag of the processor. An old one may not know all of them. */
static bool system_lists(const char *flag)
{
    char line[8192];
    bool found = false;
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && !found && fgets(line, sizeof line, file))
        found = strstr(line, flag) != NULL;
    if (file)
        fclose(file);
    return found;
}

/* The environment masks down, never up, and what it does not name is passed over. Each test is a process of its own, so
 * the first look at the environment is here. */
static void check_mask(const char *asked, xp_isa expected)
{
    setenv("SCIXP_CPU", asked, 1);
    xp_isa present = host_isa_present();
    cr_assert_eq(host_isa(), expected < present ? expected : present, "SCIXP_CPU=%s gives %s", asked,
                 host_isa_name(host_isa()));
    if (expected < XP_ISA_AVX512 && strcmp(asked, "avxvnni") != 0)
        cr_assert_eq(host_kernel_isa(), (int)host_isa(), "SCIXP_CPU=%s lets AVX-VNNI through", asked);
    unsetenv("SCIXP_CPU");
    cr_assert_eq(host_isa(), expected < present ? expected : present);
}

Test(instruction_sets, masked_to_baseline) { check_mask("baseline", XP_ISA_BASELINE); }
Test(instruction_sets, masked_to_avx2) { check_mask("avx2", XP_ISA_AVX2); }
Test(instruction_sets, masked_to_avx512) { check_mask("avx512", XP_ISA_AVX512); }
Test(instruction_sets, masked_to_avxvnni)
{
    check_mask("avxvnni", XP_ISA_AVX2);
    if (host_isa_present() >= XP_ISA_AVX2 && system_lists(" avx_vnni"))
        cr_assert_eq(host_kernel_isa(), XP_ISA_AVXVNNI);
}
Test(instruction_sets, not_masked_by_other_words) { check_mask("fast", XP_ISA_AVX512); }
