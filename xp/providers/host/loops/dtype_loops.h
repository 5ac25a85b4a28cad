/* Instances of the plain loops for one dtype: included once for each, by the _tmpl.c files.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * The includer defines XP_LETTER (B, I, U, F, C), XP_SUFFIX, XP_T and what the kernel headers ask for; afterwards they
 * are forgotten. */
#if defined(XP_OF_COMPLEX)
#include "kernel/complex.h"
#define HOST_EXPRESSION(expression, complex_expression) complex_expression
#define HOST_HAS_VECTOR(operation) 0
#else
#include "kernel/elementwise.h"
#define XP_R XP_T
#define HOST_EXPRESSION(expression, complex_expression) expression
#if XP_OF_FLOAT
#define HOST_HAS_VECTOR(operation) HAS_VECTOR_MATH(operation)
#else
#define HOST_HAS_VECTOR(operation) 0
#endif
#endif

#define HOST_ELEMENT JOIN2(element_, XP_SUFFIX)
#define HOST_REAL_ELEMENT JOIN2(real_of_, XP_SUFFIX)
typedef XP_R HOST_REAL_ELEMENT __attribute__((aligned(1)));
#define RESULT_XP_RULE_SAME HOST_ELEMENT
#define RESULT_XP_RULE_FLOAT HOST_ELEMENT
#define RESULT_XP_RULE_BOOL element_bool
#define RESULT_XP_RULE_REAL HOST_REAL_ELEMENT
#define STORED_XP_RULE_SAME(value) value
#define STORED_XP_RULE_FLOAT(value) value
#define STORED_XP_RULE_BOOL(value) (uint8_t)(value)
#define STORED_XP_RULE_REAL(value) value

#define LOOP_1(name, rule, expression)                                                                                 \
    xp_loop HOST_LOOP(name, XP_SUFFIX);                                                                                \
    void HOST_LOOP(name, XP_SUFFIX)(int64_t n, const void *const *inputs, void *output)                                \
    {                                                                                                                  \
        const HOST_ELEMENT *first = inputs[0];                                                                         \
        RESULT_##rule *result = output;                                                                                \
        HOST_VECTORISE                                                                                                 \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            const XP_T a = first[i];                                                                                   \
            (void)a;                                                                                                   \
            result[i] = STORED_##rule(expression);                                                                     \
        }                                                                                                              \
    }

#define LOOP_2(name, rule, expression)                                                                                 \
    xp_loop HOST_LOOP(name, XP_SUFFIX);                                                                                \
    void HOST_LOOP(name, XP_SUFFIX)(int64_t n, const void *const *inputs, void *output)                                \
    {                                                                                                                  \
        const HOST_ELEMENT *first = inputs[0], *second = inputs[1];                                                    \
        RESULT_##rule *result = output;                                                                                \
        HOST_VECTORISE                                                                                                 \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            const XP_T a = first[i], b = second[i];                                                                    \
            result[i] = STORED_##rule(expression);                                                                     \
        }                                                                                                              \
    }

/* Only `where` has three operands: the first is bool. */
#define LOOP_3(name, rule, expression)                                                                                 \
    xp_loop HOST_LOOP(name, XP_SUFFIX);                                                                                \
    void HOST_LOOP(name, XP_SUFFIX)(int64_t n, const void *const *inputs, void *output)                                \
    {                                                                                                                  \
        const element_bool *first = inputs[0];                                                                         \
        const HOST_ELEMENT *second = inputs[1], *third = inputs[2];                                                    \
        HOST_ELEMENT *result = output;                                                                                 \
        HOST_VECTORISE                                                                                                 \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            const uint8_t a = first[i];                                                                                \
            const XP_T b = second[i], c = third[i];                                                                    \
            result[i] = expression;                                                                                    \
        }                                                                                                              \
    }

#define XP_ELEMENTWISE(name, arity, rule, accepts, extends, expression, complex_expression)                            \
    IF(TAKES(XP_LETTER, rule, accepts, extends))                                                                       \
    (OTHERWISE(HOST_HAS_VECTOR(name))(LOOP_##arity(name, rule, HOST_EXPRESSION(expression, complex_expression))))
#include "graph/elementwise.def"
#undef XP_ELEMENTWISE

#undef LOOP_1
#undef LOOP_2
#undef LOOP_3
#undef HOST_EXPRESSION
#undef HOST_HAS_VECTOR
#undef HOST_ELEMENT
#undef HOST_REAL_ELEMENT
#undef RESULT_XP_RULE_SAME
#undef RESULT_XP_RULE_FLOAT
#undef RESULT_XP_RULE_BOOL
#undef RESULT_XP_RULE_REAL
#undef STORED_XP_RULE_SAME
#undef STORED_XP_RULE_FLOAT
#undef STORED_XP_RULE_BOOL
#undef STORED_XP_RULE_REAL
#undef XP_LETTER
#undef XP_OF_COMPLEX
#include "kernel/elementwise_end.h"
