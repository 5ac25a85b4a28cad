/* The table of special cases, read: which operands each rule is about, and whether a result follows it.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_SPECIAL_CASES_H
#define TESTS_SPECIAL_CASES_H

#include "scixp/xp.h"

enum { SPECIAL_OPERANDS = 3, SPECIAL_WORDS = 4, SPECIAL_WAYS = 4 };
enum { SPECIAL_MOST_RULES = 800, SPECIAL_MOST_FUNCTIONS = 64 };

/* An element: of real dtypes im is 0, of bool re is 0 or 1. */
typedef struct special_number {
    double re, im;
} special_number;

/* The operands of one call, in a dtype that has numbers `eps` apart beside 1. */
typedef struct special_call {
    special_number x[SPECIAL_OPERANDS];
    double eps, smallest; /* the least positive number that is not subnormal */
    bool is_complex;
} special_call;

/* What a word says of a part of an operand or of a result, and a formula of a whole result. */
typedef bool special_word(const special_call *call, double v);
typedef bool special_formula(const special_call *call, special_number y);

typedef struct special_words {
    special_word *word[SPECIAL_WORDS];
    bool negated[SPECIAL_WORDS];
    int count;
} special_words;

/* One kind of operands, and one kind of result: words for both parts, those of the imaginary one being none for real
 * dtypes; or a formula. */
typedef struct special_kind {
    special_words x[SPECIAL_OPERANDS][2];
    special_formula *formula;
} special_kind;

typedef enum special_domain { SPECIAL_FLOATING, SPECIAL_COMPLEX, SPECIAL_NUMBERS, SPECIAL_PARTS } special_domain;

typedef struct special_rule {
    char text[128];        /* as it stands in the table */
    int line;              /* there */
    special_domain domain;
    bool is_listed;        /* among the standard's rules, not in its text */
    bool is_relation;      /* f(-x) is -f(x): nothing below is filled */
    bool is_rest;          /* otherwise */
    special_kind operands[SPECIAL_WAYS], result[SPECIAL_WAYS];
    int ways, results;
} special_rule;

typedef struct special_function {
    char name[24];
    int stated;            /* rules in the standard's list */
    int first, end;        /* of its rules */
} special_function;

typedef struct special_table {
    special_rule rules[SPECIAL_MOST_RULES];
    special_function functions[SPECIAL_MOST_FUNCTIONS];
    int n_rules, n_functions;
} special_table;

/* Reads the table; what cannot be understood fails the test, with the line's number. */
void special_read(const char *path, special_table *table);

/* Whether the rule `table->rules[rule]` of `function` is about these operands. */
bool special_meets(const special_table *table, const special_function *function, int rule, const special_call *call);

/* Whether the result is what the rule says. */
bool special_follows(const special_rule *rule, const special_call *call, special_number y);

/* The meaning of a word or of a formula; NULL if there is none. */
special_word *special_find_word(const char *text);
special_formula *special_find_formula(const char *text);

/* a and b are both NaN, or the same number with the same sign. */
bool special_same(double a, double b);

/* ---- numbers and calls ------------------------------------------------------------------------------------------- */

/* Numbers of a dtype (of a complex one: of its parts) that stand for all of them: both signs of everything, NaN too.
 * `few` leaves out the extremes. Returns how many; at most SPECIAL_MOST_NUMBERS. */
enum { SPECIAL_MOST_NUMBERS = 64 };
int special_numbers(xp_dtype dtype, bool few, double *numbers);

/* What the words need to know of a dtype: eps, smallest, is_complex; no operands yet. */
special_call special_call_of(xp_dtype dtype);

/* Elements to an array of one dimension, and the elements of any array in C order. */
xp_array *special_upload(const special_number *elements, int64_t n, xp_dtype dtype, const struct xp_device *device);
void special_download(xp_array *x, special_number *elements, int64_t n);

/* The function of this name in the standard, and how many operands it takes; the test fails if there is none. */
int special_operands(const char *name);
xp_array *special_apply(const char *name, xp_array *const *x);

#endif
