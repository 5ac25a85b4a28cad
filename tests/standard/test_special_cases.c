/* Every special case that the standard states of elementwise functions, on every device, dtype and layout.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "layouts.h"
#include "special_cases.h"
#include "support.h"

/* One call and the rule that it must follow. Of `parts`, only one part of the number is the rule's. */
typedef struct special_item {
    special_call call;
    int rule;
    int part; /* 0: the whole number; 1, 2: its real or imaginary part */
} special_item;

/* All calls that the rules of a function name, in one dtype. */
typedef struct batch {
    const special_table *table;
    const special_function *function;
    xp_dtype dtype;
    int operands;
    special_item *items;
    int64_t n, room;
    double numbers[SPECIAL_MOST_NUMBERS];
    int n_numbers;
} batch;

/* What all batches together have come to. */
typedef struct tally {
    int64_t checks, failures;
    char text[2048]; /* about the first failure of some rules */
    int last_rule;
} tally;

static special_table table;

/* ---- calls that a rule names ------------------------------------------------------------------------------------- */

static void add_item(batch *b, special_item item)
{
    if (b->n == b->room) {
        b->room = b->room ? 2 * b->room : 1024;
        b->items = realloc(b->items, (size_t)b->room * sizeof *b->items);
        cr_assert(b->items);
    }
    b->items[b->n++] = item;
}

static void expand(batch *b, special_item *item, int operand)
{
    if (operand == b->operands) {
        if (special_meets(b->table, b->function, item->rule, &item->call))
            add_item(b, *item);
        return;
    }
    special_number *x = &item->call.x[operand];
    const int n_imaginary = item->call.is_complex ? b->n_numbers : 1;
    for (int i = 0; i < b->n_numbers; i++)
        for (int j = 0; j < n_imaginary; j++) {
            *x = (special_number){b->numbers[i], item->call.is_complex ? b->numbers[j] : 0};
            expand(b, item, operand + 1);
        }
}

static bool concerns(special_domain domain, xp_dtype dtype)
{
    static const unsigned sets[] = {XP_TEST_REAL_FLOATING, XP_TEST_COMPLEX, XP_TEST_REAL, XP_TEST_COMPLEX};
    return (sets[domain] & XP_TEST_DTYPE(dtype)) != 0;
}

static void expand_rule(batch *b, int rule)
{
    const special_domain domain = b->table->rules[rule].domain;
    const bool is_complex = domain == SPECIAL_COMPLEX;
    const int64_t before = b->n;
    b->n_numbers = special_numbers(b->dtype, b->operands + is_complex > 2, b->numbers);
    for (int part = domain == SPECIAL_PARTS; part <= 2 * (domain == SPECIAL_PARTS); part++) {
        special_item item = {.call = special_call_of(b->dtype), .rule = rule, .part = part};
        item.call.is_complex = is_complex;
        expand(b, &item, 0);
    }
    const bool may_be_empty = domain == SPECIAL_NUMBERS; /* no unsigned number is negative */
    cr_assert(b->n > before || may_be_empty, "line %d: no operands for %s", b->table->rules[rule].line,
              b->table->rules[rule].text);
}

/* Whole rows of eight, so that every layout has two dimensions. */
static void fill_rows(batch *b)
{
    for (int64_t i = 0; b->n % 8 != 0; i++)
        add_item(b, b->items[i]);
}

/* ---- results ----------------------------------------------------------------------------------------------------- */

static void note_failure(const batch *b, const special_item *item, special_number y, const char *where, tally *all)
{
    const special_rule *rule = &b->table->rules[item->rule];
    const special_number *x = item->call.x;
    const size_t used = strlen(all->text);
    if (all->failures++ == 0 || rule->line != all->last_rule)
        snprintf(all->text + used, sizeof all->text - used,
                 "\n  line %d, %s: %s\n    %s of %s: (%g, %g) and (%g, %g), part %d, gave (%g, %g)", rule->line,
                 b->function->name, rule->text, where, xp_test_dtype_name(b->dtype), x[0].re, x[0].im, x[1].re, x[1].im,
                 item->part, y.re, y.im);
    all->last_rule = rule->line;
}

/* The results of the items from `first` on. */
static void check(const batch *b, int64_t first, int64_t n, xp_array *result, const char *where, tally *all)
{
    special_number *y = malloc((size_t)n * sizeof *y);
    cr_assert(y);
    special_download(result, y, n);
    for (int64_t i = 0; i < n; i++) {
        const special_item *item = &b->items[first + i];
        special_number value = y[i];
        if (item->part)
            value = (special_number){item->part == 1 ? y[i].re : y[i].im, 0};
        if (!special_follows(&b->table->rules[item->rule], &item->call, value))
            note_failure(b, item, value, where, all);
    }
    all->checks += n;
    free(y);
}

/* ---- arrays of operands ------------------------------------------------------------------------------------------ */

static void upload(const batch *b, int64_t first, int64_t n, const struct xp_device *device, xp_array **x)
{
    special_number *elements = malloc((size_t)n * sizeof *elements);
    cr_assert(elements);
    for (int operand = 0; operand < b->operands; operand++) {
        for (int64_t i = 0; i < n; i++) {
            const special_item *item = &b->items[first + i];
            const double v = item->call.x[operand].re, other = b->numbers[i % b->n_numbers];
            elements[i] = item->part == 0   ? item->call.x[operand]
                          : item->part == 1 ? (special_number){v, other}
                                            : (special_number){other, v};
        }
        x[operand] = special_upload(elements, n, b->dtype, device);
    }
    free(elements);
}

static void check_layouts(const batch *b, const struct xp_device *device, tally *all)
{
    static const char *const names[N_LAYOUTS] = {"rows",      "columns", "every other one",
                                                 "backwards", "middle",  "recorded"};
    for (int how = 0; how < N_LAYOUTS; how++) {
        xp_scope scope = xp_scope_open();
        xp_array *x[SPECIAL_OPERANDS];
        upload(b, 0, b->n, device, x);
        for (int operand = 0; operand < b->operands; operand++)
            x[operand] = layout_of(xp_reshape(x[operand], XP_SHAPE(b->n / 8, 8)), how);
        check(b, 0, b->n, special_apply(b->function->name, x), names[how], all);
        xp_assert_closes(scope);
    }
}

/* The first items of each rule in short vectors and in one of 1000, and by itself without a dimension. */
static void check_lengths(const batch *b, const struct xp_device *device, tally *all)
{
    static const int64_t lengths[] = {1, 3, 17, 1000};
    xp_scope scope = xp_scope_open();
    for (int64_t first = 0; first < b->n; first++) {
        if (first > 0 && b->items[first].rule == b->items[first - 1].rule)
            continue;
        xp_array *x[SPECIAL_OPERANDS];
        for (int i = 0; i < 4; i++) {
            const int64_t n = lengths[i] < b->n - first ? lengths[i] : b->n - first;
            upload(b, first, n, device, x);
            check(b, first, n, special_apply(b->function->name, x), "a vector", all);
        }
        upload(b, first, 1, device, x);
        for (int operand = 0; operand < b->operands; operand++)
            x[operand] = xp_reshape(x[operand], XP_SHAPE_0D);
        check(b, first, 1, special_apply(b->function->name, x), "one number", all);
    }
    xp_assert_closes(scope);
}

static void check_function(const special_function *function, xp_dtype dtype, const struct xp_device *device, tally *all)
{
    batch b = {.table = &table, .function = function, .dtype = dtype, .operands = special_operands(function->name)};
    for (int rule = function->first; rule < function->end; rule++)
        if (!table.rules[rule].is_relation && concerns(table.rules[rule].domain, dtype))
            expand_rule(&b, rule);
    if (b.n > 0) {
        fill_rows(&b);
        check_layouts(&b, device, all);
        check_lengths(&b, device, all);
    }
    free(b.items);
}

/* ---- tests ------------------------------------------------------------------------------------------------------- */

/* A rule in the table for each one that the standard lists. */
static int count_rules(const special_table *read)
{
    int listed = 0;
    for (int i = 0; i < read->n_functions; i++) {
        const special_function *function = &read->functions[i];
        int count = 0;
        for (int rule = function->first; rule < function->end; rule++)
            count += read->rules[rule].is_listed;
        cr_assert_eq(count, function->stated, "%s: %d rules, but the standard lists %d", function->name, count,
                     function->stated);
        listed += count;
    }
    return listed;
}

CHECKED_TEST(standard_special_cases, all_rules_hold)
{
    tally all = {0};
    int devices = 0;
    special_read(SPECIAL_CASES, &table);
    const int listed = count_rules(&table);
    XP_TEST_PROVIDERS(device)
    {
        devices++;
        for (int i = 0; i < table.n_functions; i++)
            XP_TEST_DTYPES(dtype, XP_TEST_NUMERIC)
                check_function(&table.functions[i], dtype, device, &all);
    }
    cr_assert(all.failures == 0, "%lld results of %lld are not the standard's:%s", (long long)all.failures,
              (long long)all.checks, all.text);
    support_report("special cases: %d rules of %d elementwise functions, %lld results on %d devices", listed,
                   table.n_functions, (long long)all.checks, devices);
}
